from organization.people import urls as people

app_name = "organization"
urlpatterns = [*people.urlpatterns]
