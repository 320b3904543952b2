from django.urls import path

from projects.ledger import views as imports

urlpatterns = [
    path("import/", imports.index, name="imports"),
    path("import/registry.xlsx", imports.registry, name="registry_ledger"),
    path("import/past/<key:pk>/", imports.past, name="import_past"),
    path("import/past/<key:pk>/store/", imports.save_past, name="import_past_store"),
    path("import/<key:pk>/", imports.page, name="import"),
    path("import/<key:pk>/take-back/", imports.take_back, name="import_take_back"),
    path("import/<key:pk>/store/", imports.save, name="import_store"),
    path("import/<key:pk>/file/", imports.original, name="import_file"),
    path("import/<key:pk>/problems/", imports.problems, name="import_problems"),
]
