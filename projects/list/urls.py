from core.lists.urls import paths
from projects.list.lists import PROJECTS

urlpatterns = [*paths(PROJECTS)]
