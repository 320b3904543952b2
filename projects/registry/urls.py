from core.lists.urls import paths
from projects.registry.lists import CHANGES

urlpatterns = [*paths(CHANGES, "month-changes/")]
