"""The plugins of every test: the requirements table, and the browser or a plain word that there is none."""

pytest_plugins = ["tests.plugins.requirements", "tests.plugins.browser"]
