"""Coupling of packages and shortest chains of a Python project, against grimp.

    python3 python.py --transom T SOURCES PACKAGE [--pairs 500]

SOURCES is the directory that PACKAGE lies in; grimp comes from PyPI. The package is copied, so that both programs see nothing
but it, and folders without an `__init__.py`, which grimp does not look into, get an empty one. Ca of a package are the modules outside that import something in it, Ce those outside that something in it imports; grimp's
are counted from its direct imports. Chains are asked for between random pairs of modules (the seed is fixed), each of the
lengths must be grimp's, and each step one of its imports; imports that only transom reads are added to its graph first.
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile

import grimp

import shared


def path_of(module, root):
    """The file of a module, relative to the sources."""
    path = module.replace(".", "/")
    return f"{path}/__init__.py" if os.path.isdir(os.path.join(root, path)) else f"{path}.py"


def copy(package, root):
    """Copies a package; see above."""
    shutil.copytree(package, os.path.join(root, os.path.basename(package)))
    for directory, _, files in os.walk(root):
        if directory != root and any(file.endswith(".py") for file in files) and "__init__.py" not in files:
            open(os.path.join(directory, "__init__.py"), "w").close()


def calls_import_module(root, evidence):
    """Whether a place calls `import_module`, whose literal names grimp does not read."""
    path, line = evidence.rsplit(":", 1)
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return "import_module(" in file.readlines()[int(line) - 1]


def coupling(verdict, imports, edges, rows, packages, root):
    ours = {(edge["from"], edge["to"]): edge["evidence"] for edge in edges if edge["from"].endswith(".py")}
    called = {edge for edge in ours.keys() - imports if all(calls_import_module(root, place) for place in ours[edge])}
    print(f"imports: {len(imports)} of grimp, {len(ours)} of transom, {len(imports & ours.keys())} of both")
    verdict.unexplained("  only grimp", imports - ours.keys())
    print(f"  only transom by import_module(\"name\"): {len(called)}")
    verdict.unexplained("  only transom, without a reason", ours.keys() - imports - called)

    def numbers(package):
        inside = package + "/"
        into = {source for source, target in imports if target.startswith(inside) and not source.startswith(inside)}
        out = {target for source, target in imports if source.startswith(inside) and not target.startswith(inside)}
        return len(into), len(out)

    def is_equal(package):
        row, (ca, ce) = rows[package], numbers(package)
        instability = ce / (ca + ce) if ca + ce else 0
        return (row["fan_in"], row["fan_out"]) == (ca, ce) and abs((row["instability"] or 0) - instability) < 0.001

    def is_touched(package):
        inside = package + "/"
        return any(source.startswith(inside) != target.startswith(inside) for source, target in called)
    alike = [package for package in packages if not is_touched(package)]
    verdict.count("packages with the same imports: Ca, Ce and I equal", sum(map(is_equal, alike)), len(alike))
    verdict.count("packages at all: Ca, Ce and I equal", sum(map(is_equal, packages)), len(packages), "by the imports above")
    return called


def chains(verdict, graph, imports, file_of, binary, root, pairs):
    modules = sorted(graph.modules)
    chance = random.Random(1)
    equal = real = reached = 0
    for _ in range(pairs):
        source, target = chance.sample(modules, 2)
        theirs = graph.find_shortest_chain(importer=source, imported=target)
        found = shared.transom(binary, "why", root, file_of[source], file_of[target], "--most", 1, "--format", "json")
        ours = [(step[0]["from"], step[0]["to"]) for chain in json.loads(found)["chains"] for step in chain]
        reached += theirs is not None
        equal += len(ours) == (len(theirs) - 1 if theirs else 0)
        ends = [file_of[source], *(target for _, target in ours)]
        real += not ours or (all(step in imports for step in ours) and [step[0] for step in ours] == ends[:-1]
                             and ends[-1] == file_of[target])
    verdict.count(f"chains, {reached} of them not empty: lengths equal", equal, pairs)
    verdict.count("  each step is an import", real, pairs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources")
    parser.add_argument("package")
    parser.add_argument("--transom", required=True)
    parser.add_argument("--pairs", type=int, default=500)
    given = parser.parse_args()
    verdict = shared.Verdict()
    with tempfile.TemporaryDirectory() as root:
        copy(os.path.join(given.sources, given.package), root)
        sys.path.insert(0, root)
        graph = grimp.build_graph(given.package, cache_dir=None)
        file_of = {module: path_of(module, root) for module in graph.modules}
        imports = {(file_of[source], file_of[target]) for source in graph.modules
                   for target in graph.find_modules_directly_imported_by(source)}
        _, edges = shared.graph(given.transom, root)
        packages = [os.path.dirname(path) for path in file_of.values() if path.endswith("/__init__.py")]
        called = coupling(verdict, imports, edges, shared.folders(given.transom, root), packages, root)
        module_of = {file: module for module, file in file_of.items()}
        for source, target in called:
            graph.add_import(importer=module_of[source], imported=module_of[target])
        chains(verdict, graph, imports | called, file_of, given.transom, root, given.pairs)
    verdict.end()


if __name__ == "__main__":
    main()
