"""`flask demo`: what it says."""

from __future__ import annotations


def test_the_demo_without_its_programme_names_the_command_that_loads_it(app):
    done = app.test_cli_runner().invoke(args=["demo", "load"])
    assert done.exit_code == 1
    assert "The programme in2lifesciences is not loaded. Run: flask --app wsgi programmes load" in done.output
