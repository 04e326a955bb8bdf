"""Coupling and cycles of a JavaScript or TypeScript project, against dependency-cruiser and madge.

    python3 javascript.py --transom T --bin node_modules/.bin PROJECT [--tsconfig tsconfig.json]

Both programs come from npm. Compared are each one's own numbers: Ca, Ce and I of files, Ca and Ce of folders, cycles of files.
Where the programs see other dependencies, each of these must have a reason, and numbers may differ by just these. Two
definitions differ: dependency-cruiser's Ce counts a target once for each way in which it is written, and its folders count
pairs of files where transom counts files. Both are counted here from its own lists.
"""

import argparse
import collections
import json
import os
import re
import subprocess
import tempfile

import shared

SCRIPTS = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")

# Calls that name a module in a string, which dependency-cruiser does not take for a dependency.
OTHER_CALLS = re.compile(r"\b(require\.resolve|(vi|jest)\.(mock|doMock|importActual|importMock)|new (URL|Worker|SharedWorker))\(")


def output(command, project):
    """What a program prints of a project as JSON. By way of a file: some end before a pipe has taken everything."""
    with tempfile.TemporaryFile() as written:
        subprocess.run([*command, "."], cwd=project, stdout=written, stderr=subprocess.DEVNULL)
        written.seek(0)
        return json.load(written)


def cruise(program, project, tsconfig, only_own):
    """What dependency-cruiser says of a project; with `only_own` of nothing but the files in it."""
    tops = sorted(re.escape(name) for name in os.listdir(project) if name[0] != "." and name != "node_modules")
    command = [program, "--no-config", "--metrics", "--output-type", "json", "--ts-pre-compilation-deps",
               "--exclude", "(^|/)node_modules/"]
    command += ["--include-only", f"^({'|'.join(tops)})(/|$)"] if only_own else []
    command += ["--ts-config", tsconfig] if tsconfig else []
    return output(command, project)


def madge(program, project, tsconfig):
    """The dependencies that madge sees."""
    command = [program, "--json", "--extensions", ",".join(end[1:] for end in SCRIPTS)]
    command += ["--ts-config", tsconfig] if tsconfig else []
    tree = output(command, project)
    return {(source, target) for source, targets in tree.items() for target in targets if source != target}


class Cruised:
    """dependency-cruiser's answer."""

    def __init__(self, program, project, tsconfig):
        found = cruise(program, project, tsconfig, only_own=True)
        self.project = project
        self.folders = found["folders"]
        self.modules = {module["source"]: module for module in found["modules"]}
        self.edges = {(source, target) for source in self.modules for target in self.targets(source)}
        everything = cruise(program, project, tsconfig, only_own=False)["modules"]
        self.not_found = {(module["source"], target["module"]) for module in everything
                          for target in module["dependencies"] if target["couldNotResolve"]}

    def targets(self, source):
        """What a file needs, once for each way in which it is written."""
        return [target["resolved"] for target in self.modules[source]["dependencies"]]

    def reason_without(self, edge, evidence):
        """Why a dependency of transom's is not in here."""
        if not edge[0].endswith(SCRIPTS):
            return "from a language that it does not read"
        path, line = evidence.rsplit(":", 1)
        with open(os.path.join(self.project, path)) as file:
            text = "".join(file.readlines()[int(line) - 1:][:1])
        if OTHER_CALLS.search(text):
            return "by require.resolve, a mock or a URL"
        if any((edge[0], written) in self.not_found for written in re.findall(r"[\"'`]([^\"'`]+)", text)):
            return "by a name that it says it could not resolve"
        return None


def coupling(verdict, cruised, nodes, edges, folders):
    ours = {(edge["from"], edge["to"]): edge["evidence"][0] for edge in edges}
    theirs = cruised.edges
    print(f"dependencies: {len(theirs)} of dependency-cruiser, {len(ours)} of transom, {len(theirs & ours.keys())} of both")
    verdict.unexplained("  only dependency-cruiser", theirs - ours.keys())
    reasons = {edge: cruised.reason_without(edge, ours[edge]) for edge in ours.keys() - theirs}
    for why, count in sorted(collections.Counter(filter(None, reasons.values())).items()):
        print(f"  only transom {why}: {count}")
    verdict.unexplained("  only transom, without a reason", [edge for edge, why in reasons.items() if not why])

    def equal(path):
        """Whether Ca, Ce and I are equal; I also by its own count, which takes a target twice that is written twice."""
        ca, own = len(cruised.modules[path]["dependents"]), nodes[path]["metrics"]
        written = cruised.targets(path)
        ce, needs = len(set(written)), len(written)

        def is_instability(value, ce):
            return abs((value or 0) - (ce / (ca + ce) if ca + ce else 0)) < 0.001
        return ((own["fan_in"], own["fan_out"]) == (ca, ce) and is_instability(own["instability"], ce)
                and is_instability(cruised.modules[path].get("instability"), needs))

    touched = {end for edge in reasons for end in edge}
    files = [path for path in cruised.modules if nodes.get(path, {}).get("kind") == "file"]
    alike = [path for path in files if path not in touched]
    verdict.count("files with the same dependencies: Ca, Ce, I equal", sum(map(equal, alike)), len(alike))
    verdict.count("files at all: Ca, Ce, I equal", sum(map(equal, files)), len(files), "by the dependencies above")

    rows = [row for row in cruised.folders if row["moduleCount"] > 0 and row["name"] in folders and row["name"] != "."]
    pairs = distinct = alike = 0
    for row in rows:
        inside = row["name"] + "/"
        into = [edge for edge in ours if edge[1].startswith(inside) and not edge[0].startswith(inside)]
        out = [edge for edge in ours if edge[0].startswith(inside) and not edge[1].startswith(inside)]
        own = folders[row["name"]]
        distinct += (own["fan_in"], own["fan_out"]) == (len({e[0] for e in into}), len({e[1] for e in out}))
        if any(edge[0].startswith(inside) != edge[1].startswith(inside) for edge in reasons):
            continue
        alike += 1
        twice = [target for source in cruised.modules if source.startswith(inside)
                 for target in cruised.targets(source) if not target.startswith(inside)]
        pairs += (row["afferentCouplings"], row["efferentCouplings"]) == (len(into), len(twice)) and set(out) == {
            edge for edge in theirs if edge[0].startswith(inside) and not edge[1].startswith(inside)}
    verdict.count("folders with the same dependencies: Ca and Ce equal as pairs", pairs, alike)
    verdict.count("folders at all: Ca and Ce equal as files", distinct, len(rows))


def cycles(verdict, name, theirs, own):
    found = shared.components(theirs)
    print(f"cycles of files: {len(found)} of {name}, {len(own)} of transom, with {sum(map(len, own))} files")
    verdict.count("  equal", len(found & own), max(len(found), len(own)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project")
    parser.add_argument("--transom", required=True)
    parser.add_argument("--bin", required=True, help="where depcruise and madge are")
    parser.add_argument("--tsconfig", help="relative to the project")
    given = parser.parse_args()
    programs = os.path.abspath(given.bin)
    verdict = shared.Verdict()
    nodes, edges = shared.graph(given.transom, given.project)
    cruised = Cruised(os.path.join(programs, "depcruise"), given.project, given.tsconfig)
    coupling(verdict, cruised, nodes, edges, shared.folders(given.transom, given.project))

    # transom's cycles leave out tests and what only a type checker needs: the others' are made of the same dependencies.
    loose = {(edge["from"], edge["to"]) for edge in edges if edge["test"] or set(edge["kinds"]) == {"type-only"}}
    own = shared.transom(given.transom, "cycles", given.project, "--files", "--format", "json")
    own = {frozenset(cycle["members"]) for cycle in json.loads(own)}
    cycles(verdict, "dependency-cruiser", cruised.edges - loose, own)
    circular = {source for source, module in cruised.modules.items()
                for target in module["dependencies"] if target["circular"]}
    whole = {member for members in shared.components(cruised.edges) for member in members}
    # Its mark comes from a search that gives up a way which meets itself: of some files in a cycle it does not know.
    print(f"  files that it marks as circular: {len(circular)}, by its own dependencies {len(whole)}")
    itself = {source for source, target in cruised.edges if source == target}
    verdict.unexplained("  marked as circular, but in no component", circular - whole - itself)
    seen = madge(os.path.join(programs, "madge"), given.project, given.tsconfig)
    verdict.unexplained("dependencies only of madge", seen - {(edge["from"], edge["to"]) for edge in edges})
    cycles(verdict, "madge", seen - loose, own)
    verdict.end()


if __name__ == "__main__":
    main()
