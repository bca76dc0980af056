"""Writes world.tsv: a line a country, its code (ISO 3166-1 alpha-3, KOS for Kosovo, - where there is none), its name and its outline
as an SVG path in the Equal Earth projection (Savric, Patterson, Jenny 2018), 2000 wide, in whole steps from point to point.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz && pip install pycountry
    python build.py package/countries-110m.json > world.tsv

The outlines are those of Natural Earth (public domain), 1:110 million. Antarctica is left out.
"""

import json
import math
import sys

import pycountry

NAMED = {"Kosovo": "KOS", "Somaliland": "SOM"}
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
WIDTH = 2000


def equal_earth(lon, lat):
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(lat)))
    x = 2 * math.sqrt(3) * math.radians(lon) * math.cos(t) / (3 * (9 * A4 * t**8 + 7 * A3 * t**6 + 3 * A2 * t**2 + A1))
    y = A4 * t**9 + A3 * t**7 + A2 * t**3 + A1 * t
    return x, y


def project(lon, lat):
    scale = WIDTH / (2 * equal_earth(180, 0)[0])
    x, y = equal_earth(lon, lat)
    return WIDTH / 2 + x * scale, equal_earth(0, 84)[1] * scale - y * scale


def main():
    atlas = json.load(open(sys.argv[1]))
    (sx, sy), (tx, ty) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs = []
    for arc in atlas["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)

    def points_of(indices):
        points = []
        for i in indices:
            arc = arcs[i] if i >= 0 else arcs[~i][::-1]
            points += arc if not points else arc[1:]
        return points

    def ring(indices):
        # where the ring goes over the 180th meridian it goes on counting; then it is drawn at both ends of the map, each cut off there
        turn, last, points = 0, None, []
        for lon, lat in points_of(indices):
            if last is not None and abs(lon - last) > 180:
                turn += 360 if lon < last else -360
            points.append((lon + turn, lat))
            last = lon
        lons = [lon for lon, _ in points]
        shifts = [s for s in (-360, 0, 360) if max(lons) + s > -180 and min(lons) + s < 180]
        return "".join(outline([(min(max(lon + s, -180), 180), lat) for lon, lat in points]) for s in shifts)

    def outline(points):
        path, last = "", None
        for lon, lat in points:
            here = tuple(round(v) for v in project(lon, lat))
            if last is None:
                path = f"M{here[0]} {here[1]}l"
            elif here != last:
                dx, dy = here[0] - last[0], here[1] - last[1]
                path += f"{dx}{'' if dy < 0 else ' '}{dy} "
            last = here
        # an island smaller than a step is no outline; the points of its events show it
        return "" if path.endswith("l") else path.strip() + "z"

    rows = []
    for g in atlas["objects"]["countries"]["geometries"]:
        name = g["properties"]["name"]
        if name == "Antarctica":
            continue
        country = pycountry.countries.get(numeric=g["id"]) if "id" in g else None
        code = country.alpha_3 if country else NAMED.get(name, "-")
        polygons = [g["arcs"]] if g["type"] == "Polygon" else g["arcs"]
        rows.append((code, name, "".join(ring(r) for polygon in polygons for r in polygon)))
    print("# code\tname\toutline (Equal Earth, 2000 wide; Natural Earth, public domain; written by build.py)")
    for row in sorted(rows):
        print("\t".join(row))
    print("height", round(project(0, -57)[1], 1), file=sys.stderr)


main()
