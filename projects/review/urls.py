from django.urls import path

from projects.review import views as review

urlpatterns = [
    path("<int:pk>/reports/<month>/return/", review.give_back, name="report_return"),
    path("<int:pk>/reports/<month>/accept/", review.accept, name="report_accept"),
    path("<int:pk>/reports/<month>/approve/", review.approve, name="report_approve"),
    path("review/", review.current, name="review"),
    path("review/<month>/", review.review, name="review"),
    path("review/<month>/close/", review.close, name="month_close"),
    path("review/<month>/reopen/", review.reopen, name="month_reopen"),
]
