"""The plugins of every test: what each one is for stands at its head."""

pytest_plugins = [
    "tests.support.plugins.requirements",
    "tests.support.plugins.browser",
    "tests.support.plugins.office",
    "tests.support.plugins.durations",
    "tests.support.plugins.chance",
    "tests.support.plugins.servers",
    "tests.support.plugins.in_step",
    "tests.support.plugins.own_county",
]
