from core.lists.urls import paths
from organization.audit.lists import AUDIT

urlpatterns = [*paths(AUDIT, "audit/")]
