from core.lists.urls import paths
from projects.effort.lists import EFFORT

urlpatterns = [*paths(EFFORT, "effort/")]
