"""Reads, verifies and withdraws batches: only what its manifest describes is ever used."""

from __future__ import annotations

from c360.errors import OutsideFailure
from c360.failpoints import failpoint
from c360.layout import batch_folder, damaged_folder, manifest_path
from c360.manifest import MANIFEST, BatchManifest, parse_manifest
from c360.plan import Plan
from c360.storage import Storage


def read_manifest(silver: Storage, table: str, file_id: str) -> BatchManifest | None:
    """The manifest of a batch; None where there is none or it cannot be understood."""
    text = silver.read(manifest_path(table, file_id))
    return parse_manifest(text) if text is not None else None


def find_damage(silver: Storage, table: str, file_id: str) -> str | None:
    """What is wrong with a batch that has a manifest, in a few words; None when it is whole."""
    text = silver.read(manifest_path(table, file_id))
    return None if text is None else _damage(silver, table, file_id, text)


def _damage(silver: Storage, table: str, file_id: str, text: bytes) -> str | None:
    """What is wrong with the batch that a manifest of this text describes."""
    manifest = parse_manifest(text)
    if manifest is None or (manifest.table, manifest.file_id) != (table, file_id):
        return "its manifest is damaged"
    folder = f"{batch_folder(table, file_id)}/{manifest.folder}"
    declared = {part.name: (part.bytes, part.crc32c) for part in manifest.files}
    found = {
        stored.path.removeprefix(f"{folder}/")
        for stored in silver.list(folder)
        if not _is_side_file(stored.path)
    }
    if stray := found - declared.keys():
        return f"it holds {len(stray)} file(s) that its manifest does not name"
    for name, pin in declared.items():
        stat = silver.stat(f"{folder}/{name}")
        if stat is None:
            return f"{name} is missing"
        if stat != pin:
            return f"{name} is not as it was written"
    return None


def withdraw(silver: Storage, table: str, file_id: str, run_id: str) -> None:
    """Set a damaged batch aside, its manifest first, so that no reader meets half of it.

    It is looked at once more, and its manifest again before that goes: another run may have set the
    batch aside meanwhile, have cleaned it again, or be at work beside it.
    """
    path, folder = manifest_path(table, file_id), batch_folder(table, file_id)
    text = silver.read(path)
    if text is None or _damage(silver, table, file_id, text) is None:
        return
    target = damaged_folder(table, file_id, run_id)
    moved = _folders_of(silver, folder, parse_manifest(text))
    failpoint("damage.copy")
    silver.create(f"{target}/{MANIFEST}", text)
    if silver.read(path) != text:
        failpoint("damage.kept")
        silver.delete_tree(target)
        return
    failpoint("damage.withdraw")
    silver.delete(path)
    for name in moved:
        failpoint("damage.move")
        silver.move_tree(f"{folder}/{name}", f"{target}/batch/{name}")


def _folders_of(silver: Storage, folder: str, manifest: BatchManifest | None) -> tuple[str, ...]:
    """The folders of a damaged batch: the one its manifest names, or all where it names none."""
    return tuple(
        name for name in silver.folders(folder) if manifest is None or name == manifest.folder
    )


def whole_batches(silver: Storage, plan: Plan) -> tuple[frozenset[str], dict[str, str]]:
    """The FileIDs of the planned files whose batch is whole, and what is wrong with the others."""
    whole, damaged = set(), {}
    for file in plan.to_read:
        damage = find_damage(silver, file.table, file.file_id)
        if damage is not None:
            damaged[file.file_id] = damage
        elif read_manifest(silver, file.table, file.file_id) is not None:
            whole.add(file.file_id)
    return frozenset(whole), damaged


def withdraw_damaged(
    silver: Storage, plan: Plan, damaged: dict[str, str], run_id: str
) -> list[str]:
    """Set damaged batches aside; what a person is told of each."""
    told = []
    for file in plan.files:
        if file.file_id in damaged:
            withdraw(silver, file.table, file.file_id, run_id)
            told.append(
                f"{file.pin.path}: its silver batch was damaged ({damaged[file.file_id]}); "
                "it was set aside and the file is cleaned again"
            )
    return told


def reused_batches(silver: Storage, plan: Plan) -> dict[str, BatchManifest]:
    """The batches, by FileID, of the files that the plan reuses."""
    found = {
        file.file_id: read_manifest(silver, file.table, file.file_id)
        for file in plan.files
        if file.outcome == "reused"
    }
    kept = {file_id: manifest for file_id, manifest in found.items() if manifest is not None}
    if len(kept) < len(found):
        raise OutsideFailure(f"{silver.root}: a batch went away meanwhile; run again")
    return kept


def _is_side_file(path: str) -> bool:
    """True for the markers that Hadoop leaves beside what Spark writes."""
    name = path.rsplit("/", 1)[-1]
    return name == "_SUCCESS" or name.endswith(".crc")
