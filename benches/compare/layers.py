"""Verdicts of the layers contracts of a Python project, against import-linter.

    python3 layers.py --transom T PROJECT SOURCES CONFIG

SOURCES is the directory in PROJECT that the root package lies in, CONFIG the project's own contracts; import-linter comes from
PyPI (for its own repository: PYTHONPATH=src). Each layers contract is written as rules of transom's, one for each container. So that there are broken ones, each is also
judged with its layers upside down. Compared are the verdict, every import that breaks the contract directly, and between
which layers a way through files in no layer does.
"""

import argparse
import json
import os
import sys
import tempfile

import grimp
from importlinter.application.use_cases import read_user_options
from importlinter.configuration import configure
from importlinter.contracts.layers import LayersContract

import shared


class Contract:
    """A layers contract of one container."""

    def __init__(self, options, session, container, root):
        self.options = {**options, "containers": [container]} if container else options
        self.session, self.root = session, root
        self.container = container
        self.exhaustive = str(options.get("exhaustive", "")).lower() == "true"

    def named(self, tail):
        return f"{self.container}.{tail}" if self.container else tail

    def layers(self):
        """From top to bottom: the modules, and whether they are independent of each other."""
        for text in self.options["layers"]:
            yield [tail.strip(" ()") for tail in text.replace(":", "|").split("|")], ":" not in text

    def path(self, module):
        """A module with all below it, as a path of transom's."""
        path = os.path.normpath(os.path.join(self.root, module.replace(".", "/")))
        return path if os.path.isdir(path) else path + ".py"

    def rule(self):
        """The contract in `transom.toml`."""
        def layer(tails, independent):
            paths = [f"'{self.path(self.named(tail))}'" for tail in tails]
            return json.dumps(paths if independent and len(paths) > 1 else " + ".join(paths))
        lines = ["[[layers]]", 'name = "contract"', 'reason = "The contract."',
                 f"layers = [{', '.join(layer(*each) for each in self.layers())}]"]
        if self.exhaustive:
            ignored = map(self.path, map(self.named, self.options.get("exhaustive_ignores", [])))
            outside = [self.file(self.container), *filter(os.path.exists, ignored)]
            query = " - ".join(f"'{path}'" for path in [self.path(self.container), *outside])
            lines.append(f"exhaustive = {json.dumps(query)}")
        return "\n".join(lines) + "\n"

    def layer_of(self, module):
        for tails, _ in self.layers():
            for tail in tails:
                if module == self.named(tail) or module.startswith(self.named(tail) + "."):
                    return self.named(tail)
        return None

    def theirs(self, graph):
        """The verdict, direct imports, and pairs of layers with indirect ones."""
        contract = LayersContract(name="contract", session_options=self.session, contract_options=self.options)
        check = contract.check(graph=graph, verbose=False)
        direct, indirect = set(), set()
        for found in check.metadata["invalid_dependencies"]:
            for route in found["routes"]:
                chain = route["chain"]
                if len(chain) > 1:
                    indirect.add((found["importer"], found["imported"]))
                    continue
                firsts = [chain[0]["importer"], *(link["importer"] for link in route["extra_firsts"])]
                lasts = [chain[0]["imported"], *(link["imported"] for link in route["extra_lasts"])]
                direct |= {(first, last) for first in firsts for last in lasts
                           if graph.direct_import_exists(importer=first, imported=last)}
        return check.kept, direct, indirect

    def ours(self, binary, project, graph):
        """The same from `transom check`."""
        files = {self.file(module): module for module in graph.modules}
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as rules:
            rules.write(self.rule())
            rules.flush()
            report = json.loads(shared.transom(binary, "check", project, "--config", rules.name, "--format", "json",
                                               codes=(0, 1)))
        if report["notices"]:
            sys.exit(f"{report['notices']}\n{self.rule()}")
        direct, indirect = set(), set()
        for violation in report["violations"]:
            [pair] = violation["dependencies"]
            if "to" not in pair:
                continue
            source, target = files[pair["from"]], files[pair["to"]]
            if " through " in violation["message"]:
                indirect.add((self.layer_of(source), self.layer_of(target)))
            else:
                direct.add((source, target))
        return not report["violations"], direct, indirect

    def file(self, module):
        path = self.path(module)
        return os.path.join(path, "__init__.py") if os.path.isdir(path) else path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project")
    parser.add_argument("sources")
    parser.add_argument("config")
    parser.add_argument("--transom", required=True)
    given = parser.parse_args()
    os.chdir(given.project)
    sys.path.insert(0, os.path.abspath(given.sources))
    configure()
    options = read_user_options(given.config)
    roots = options.session_options.get("root_packages") or [options.session_options["root_package"]]
    session = {**options.session_options, "root_packages": roots}
    graph = grimp.build_graph(*roots, cache_dir=None)
    verdict = shared.Verdict()
    judged = verdicts = broken = 0
    direct = [0, 0, 0]
    pairs = [0, 0, 0]
    for found in options.contracts_options:
        if found["type"] != "layers":
            continue
        for container in found.get("containers") or [None]:
            written = list(filter(None, found["layers"]))
            for layers in written, written[::-1]:
                contract = Contract({**found, "layers": layers}, session, container, os.path.normpath(given.sources))
                theirs = contract.theirs(graph)
                ours = contract.ours(given.transom, ".", graph)
                judged += 1
                verdicts += theirs[0] == ours[0]
                broken += not theirs[0]
                for counts, their_part, our_part in ((direct, theirs[1], ours[1]), (pairs, theirs[2], ours[2])):
                    counts[0] += len(their_part & our_part)
                    counts[1] += len(their_part)
                    counts[2] += len(our_part)
                    for item in sorted(their_part ^ our_part)[:5]:
                        print(f"    {found['name']}: {'only import-linter' if item in their_part else 'only transom'} {item}")
    verdict.count(f"contracts, {broken} of them broken: verdicts equal", verdicts, judged)
    verdict.count("imports that break one: equal", direct[0], max(direct[1:]))
    verdict.count("pairs of layers with an indirect way: equal", pairs[0], max(pairs[1:]))
    verdict.end()


if __name__ == "__main__":
    main()
