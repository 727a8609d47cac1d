"""What a cluster installs is what the pins say, rendered and never typed."""

from __future__ import annotations

from tests.deploy.scripts import load_script

SCRIPT = load_script("pip_packages")
HASH = " \\\n    --hash=sha256:" + "0" * 64 + "\n"


def rendered(*pins: str, python: str = "3.11") -> str:
    return SCRIPT.pip_packages("# made by a tool\n" + "".join(pin + HASH for pin in pins), python)


def test_packages_are_joined_with_their_exact_versions() -> None:
    assert rendered("duckdb==2.0.0", "typer==0.29.2") == "duckdb==2.0.0,typer==0.29.2"


def test_spark_is_that_of_the_image() -> None:
    assert rendered("py4j==0.10.9.9", "pyspark==4.1.4", "six==1.17.0") == "six==1.17.0"


def test_what_only_another_system_needs_is_left_out() -> None:
    pins = (
        "colorama==0.4.6 ; sys_platform == 'win32'",
        "cffi==2.1.1 ; implementation_name != 'PyPy'",
    )
    assert rendered(*pins) == "cffi==2.1.1"


def test_the_python_of_the_image_decides() -> None:
    pin = "tomli==2.3.0 ; python_full_version < '3.12'"
    assert rendered(pin, python="3.11") == "tomli==2.3.0"
    assert rendered(pin, python="3.12") == ""


def test_the_pins_of_a_run_have_what_the_package_imports() -> None:
    found = SCRIPT.pip_packages(SCRIPT.PINS.read_text(encoding="utf-8"), "3.11").split(",")
    names = {each.partition("==")[0] for each in found}
    assert {
        "pydantic",
        "duckdb",
        "google-cloud-storage",
        "google-cloud-bigquery",
        "sqlglot",
    } <= names
    assert not names & {"pyspark", "py4j", "colorama"}
    assert all(each.count("==") == 1 for each in found)
