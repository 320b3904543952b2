from django.urls import path

from projects.ledger import views as imports

urlpatterns = [
    path("import/", imports.index, name="imports"),
    path("import/registry.xlsx", imports.registry, name="registry_ledger"),
    path("import/<int:pk>/", imports.page, name="import"),
    path("import/<int:pk>/store/", imports.save, name="import_store"),
    path("import/<int:pk>/file/", imports.original, name="import_file"),
    path("import/<int:pk>/problems/", imports.problems, name="import_problems"),
]
