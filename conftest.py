"""The plugins of every test: what each one is for stands at its head."""

pytest_plugins = [
    "tests.plugins.requirements",
    "tests.plugins.browser",
    "tests.plugins.durations",
    "tests.plugins.chance",
    "tests.plugins.servers",
]
