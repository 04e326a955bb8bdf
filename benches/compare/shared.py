"""What the comparisons share: transom's own answers, and strongly connected components."""

import json
import subprocess
import sys


def transom(binary, *arguments, codes=(0,)):
    """What a command of transom prints."""
    done = subprocess.run([binary, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode not in codes:
        sys.exit(f"transom {' '.join(map(str, arguments))}: {done.stderr.strip()}")
    return done.stdout


def graph(binary, project):
    """The files and folders of a project by path, and its edges, packages from elsewhere left out."""
    found = json.loads(transom(binary, "export", project, "--format", "json", "--level", "file"))
    nodes = {node["path"]: node for node in found["nodes"]}
    return nodes, [edge for edge in found["edges"] if edge["to"] in nodes]


def folders(binary, project):
    """The rows of the risk table of folders, which hold their coupling, by path."""
    rows = transom(binary, "risk", project, "--level", "module", "--most", 0, "--no-history", "--format", "json")
    return {row["path"]: row for row in json.loads(rows)}


def components(edges):
    """The strongly connected components of more than one node (Tarjan, without recursion)."""
    needs = {}
    for source, target in edges:
        needs.setdefault(source, []).append(target)
        needs.setdefault(target, [])
    number, low, stack, on_stack, found = {}, {}, [], set(), []
    for root in needs:
        work = [(root, iter(needs[root]))] if root not in number else []
        while work:
            node, targets = work[-1]
            if node not in number:
                number[node] = low[node] = len(number)
                stack.append(node)
                on_stack.add(node)
            for target in targets:
                if target not in number:
                    work.append((target, iter(needs[target])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], number[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    members = set()
                    while node not in members:
                        members.add(stack.pop())
                    on_stack -= members
                    if len(members) > 1:
                        found.append(frozenset(members))
    return set(found)


class Verdict:
    """Counts what is equal, and names what is not and why."""

    def __init__(self):
        self.fails = False

    def count(self, what, equal, of, why=""):
        """A line: how many are equal. Anything else than all, without a reason, is a failure."""
        self.fails |= equal != of and not why
        print(f"{what:<58} {equal:>6} of {of:>6}{'  ' + why if equal != of else ''}")

    def unexplained(self, what, items):
        """What no definition explains: none, or a failure."""
        items = sorted(items)
        self.fails |= bool(items)
        print(f"{what:<58} {len(items):>6}")
        for item in items[:10]:
            print(f"    {item}")

    def end(self):
        sys.exit(1 if self.fails else 0)
