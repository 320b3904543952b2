from django.urls import path

from projects.review import views as review

urlpatterns = [
    path("<key:pk>/reports/<month:month>/return/", review.give_back, name="report_return"),
    path("<key:pk>/reports/<month:month>/accept/", review.accept, name="report_accept"),
    path("<key:pk>/reports/<month:month>/approve/", review.approve, name="report_approve"),
    path("review/", review.current, name="review"),
    path("review/<month:month>/", review.review, name="review"),
    path("review/<month:month>/close/", review.close, name="month_close"),
    path("review/<month:month>/reopen/", review.reopen, name="month_reopen"),
]
