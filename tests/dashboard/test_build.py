"""A page is written whole or not at all, from one publication, and only when something changed."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from unittest import mock

import pytest

from c360.cli import main
from c360.dashboard import views
from c360.dashboard.build import build_page
from c360.dashboard.load import read_contents
from c360.errors import OtherRunPublished, OutsideFailure, WrongUse
from c360.failpoints import VARIABLE, FailpointRaised, forget
from c360.warehouse.duckdb import DuckDBWarehouse
from tests.dashboard.worlds import POLICY, ROOT, World, in_store

SMALL = World({"InStoreTransactions": [in_store(1, "2025-03-03 17:00", "10.00")]})


@pytest.fixture
def warehouse(tmp_path) -> DuckDBWarehouse:
    return SMALL.write(tmp_path / "w.duckdb")


@pytest.fixture
def bundled(library):
    with mock.patch("vl_convert.javascript_bundle", return_value=library) as found:
        yield found


def test_an_unchanged_page_is_left_alone(tmp_path, warehouse, measures, bundled) -> None:
    out = tmp_path / "deep" / "page.html"
    assert build_page(warehouse, POLICY, measures, out, {}).written
    before = (out.read_bytes(), out.stat().st_mtime_ns)
    assert not build_page(warehouse, POLICY, measures, out, {}).written
    assert (out.read_bytes(), out.stat().st_mtime_ns) == before
    assert bundled.call_count == 1


def test_the_same_contents_make_the_same_page(tmp_path, warehouse, measures, bundled) -> None:
    pages = [tmp_path / "a.html", tmp_path / "b.html"]
    for page in pages:
        build_page(warehouse, POLICY, measures, page, {})
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_a_cut_page_is_written_again(tmp_path, warehouse, measures, bundled) -> None:
    out = tmp_path / "page.html"
    build_page(warehouse, POLICY, measures, out, {})
    whole = out.read_bytes()
    out.write_bytes(whole[:-10])
    assert build_page(warehouse, POLICY, measures, out, {}).written
    assert out.read_bytes() == whole


@pytest.mark.parametrize("change", ["data", "flags", "measures"])
def test_whatever_a_page_shows_makes_it_another_page(
    tmp_path, warehouse, measures, bundled, change: str
) -> None:
    out = tmp_path / "page.html"
    build_page(warehouse, POLICY, measures, out, {})
    flags = {"with_customers": change == "flags"}
    if change == "data":
        more = [in_store(2, "2025-03-03 18:00", "10.00")]
        warehouse = World({"InStoreTransactions": more}).write(tmp_path / "other.duckdb")
    if change == "measures":
        measures = (dataclasses.replace(measures[0], title="Turnover"), *measures[1:])
    assert build_page(warehouse, POLICY, measures, out, flags).written


def test_a_failed_write_leaves_the_old_page(tmp_path, warehouse, measures, bundled) -> None:
    out = tmp_path / "page.html"
    out.write_text("old")
    full = OSError(28, "No space left on device")
    with (
        mock.patch("os.replace", side_effect=full),
        pytest.raises(OutsideFailure, match="No space left"),
    ):
        build_page(warehouse, POLICY, measures, out, {})
    assert out.read_text() == "old"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["page.html", "w.duckdb"]


def test_a_stop_before_the_page_is_in_its_place_leaves_the_old_one(
    tmp_path, warehouse, measures, bundled, monkeypatch
) -> None:
    out = tmp_path / "page.html"
    out.write_text("old")
    forget()
    monkeypatch.setenv(VARIABLE, "dashboard.replace:raise")
    with pytest.raises(FailpointRaised):
        build_page(warehouse, POLICY, measures, out, {})
    assert out.read_text() == "old"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["page.html", "w.duckdb"]
    monkeypatch.delenv(VARIABLE)
    assert build_page(warehouse, POLICY, measures, out, {}).written


def test_missing_packages_are_named(tmp_path, warehouse, measures) -> None:
    told = r"vl_convert.*pip install 'c360\[dashboard\]'"
    with mock.patch.dict(sys.modules, {"vl_convert": None}), pytest.raises(WrongUse, match=told):
        build_page(warehouse, POLICY, measures, tmp_path / "page.html", {})


def test_another_policy_is_refused(warehouse, measures) -> None:
    other = dataclasses.replace(POLICY, currency="EUR", rule_version="0" * 16)
    with pytest.raises(WrongUse, match="name the registry of that run with --registry"):
        read_contents(warehouse, other, measures)


def test_a_publication_in_between_is_noticed(warehouse, measures) -> None:
    head = warehouse.read_head()
    later = dataclasses.replace(head, epoch=2, run_id="r2", batch_id="2" * 16)
    with (
        mock.patch.object(DuckDBWarehouse, "read_head", side_effect=[head, later]),
        pytest.raises(OtherRunPublished, match="run r2 published batch 2222222222222222"),
    ):
        read_contents(warehouse, POLICY, measures)


@pytest.mark.parametrize(
    ("flags", "asked"),
    [
        ({}, []),
        ({"agent_names": True}, [views.agent_names()]),
        ({"with_customers": True}, [views.customers()]),
    ],
)
def test_personal_data_is_read_only_when_asked_for(warehouse, measures, flags, asked) -> None:
    texts = []
    query = DuckDBWarehouse.query

    def listen(self, sql, params=None):
        texts.append(sql)
        return query(self, sql, params)

    with mock.patch.object(DuckDBWarehouse, "query", listen):
        read_contents(warehouse, POLICY, measures, **flags)
    personal = [text for text in texts if "AgentName" in text or "Email" in text]
    assert personal == asked
    assert len(texts) > 8


def run_command(monkeypatch, capsys, *words: str) -> tuple[int, str]:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", ["c360", "dashboard", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    streams = capsys.readouterr()
    return ended.value.code, streams.out + streams.err


def test_the_command_names_the_page_and_warns_of_names(
    tmp_path: Path, warehouse, bundled, monkeypatch, capsys
) -> None:
    out = tmp_path / "page.html"
    place = f"duckdb:///{warehouse.path}"
    code, said = run_command(
        monkeypatch, capsys, "--warehouse", place, "--out", str(out), "--with-customers"
    )
    assert code == 0
    assert f"dashboard: {out}" in said
    assert "it holds personal data" in said
    code, said = run_command(monkeypatch, capsys, "--warehouse", place, "--out", str(out))
    assert "it holds personal data" not in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--looker-studio"], "--project is missing"),
        (["--project", "p"], "go with --looker-studio only"),
        (["--measures", "none.yaml"], "none.yaml: the measures cannot be read"),
        (["--warehouse", "mysql://x"], "is no warehouse URL"),
    ],
)
def test_wrong_use_is_said(words, told, monkeypatch, capsys) -> None:
    code, said = run_command(monkeypatch, capsys, *words)
    assert (code, told in said) == (2, True), said


def test_the_address_of_looker_studio_is_printed(monkeypatch, capsys) -> None:
    code, said = run_command(monkeypatch, capsys, "--looker-studio", "--project", "shop-1")
    assert code == 0
    assert said.startswith("https://")
    assert len(said.splitlines()) == 1
