"""The signboard of a project as it was made for printing."""

from __future__ import annotations

from typing import Literal

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from projects.registry.models import Project


class Shape(models.TextChoices):
    A3 = "a3", _("A3")
    BOARD = "board", _("Board, 2 : 1")
    A3_PRESS = "a3press", _("A3 for the printing shop")
    BOARD_PRESS = "bdpress", _("Board for the printing shop")

    @property
    def size(self) -> Literal["a3", "board"]:
        return "a3" if self in (Shape.A3, Shape.A3_PRESS) else "board"

    @property
    def press(self) -> bool:
        """With bleed and crop marks."""
        return self in (Shape.A3_PRESS, Shape.BOARD_PRESS)


class Signboard(models.Model):
    """A paper of a shape, kept as long as it says what is on file: `stamp` is of what it says."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="signboards", db_index=False)
    shape = models.CharField(max_length=8, choices=Shape)
    stamp = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "shape"], name="signboard_once")]

    def __str__(self) -> str:
        return f"{self.project} {self.shape}"
