"""What a session measured: as one JSON object, and as text."""
import statistics


def quartiles(values):
    """The lower quartile, the median and the upper quartile; of few values, by interpolation."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    return tuple(statistics.quantiles(values, n=4, method="inclusive"))


def report(session):
    def median(name, field):
        return statistics.median(field(result) for result in session.samples[name])

    rounds = {name: session.ratios(name, *of) for name, of in session.ratio_of.items()}
    parts = {name: sorted(set.intersection(*(set(result["latency_us"]) for result in results)))
             for name, results in session.samples.items()}
    return {
        "ratios": {name: statistics.median(values) for name, values in rounds.items()},
        "cpu_us": {name: round(median(name, lambda r: r["server_cpu_us"]), 3) for name in session.samples},
        "ratio_rounds": rounds,
        "cpu_us_rounds": {name: [result["server_cpu_us"] for result in results]
                          for name, results in session.samples.items()},
        "per_second": {name: median(name, lambda r: r["per_second"]) for name in session.samples},
        "latency_us": {name: {part: median(name, lambda r, part=part: r["latency_us"][part]) for part in parts[name]}
                       for name in session.samples},
        "facts": session.facts,
        "tables": session.tables,
        "setting": session.setting(),
    }


def text(made):
    lines = [] if not made["cpu_us"] else [
        f"{'':<18}{'CPU us':>9}{'ratio':>8}{'quartiles':>15}{'per s':>10}{'p50 us':>9}{'p99 us':>9}{'p99.9 us':>10}"]
    for name, cpu in made["cpu_us"].items():
        rounds = made["ratio_rounds"].get(name)
        ratio = f"{made['ratios'][name]:.3f}" if rounds else ""
        width = "{0:.3f}–{2:.3f}".format(*quartiles(rounds)) if rounds else ""
        latency = made["latency_us"][name]
        shown = "".join(f"{latency[part]:>{width}.0f}" if part in latency else " " * width
                        for part, width in (("p50", 9), ("p99", 9), ("p999", 10)))
        lines.append(f"{name:<18}{cpu:>9.2f}{ratio:>8}{width:>15}{made['per_second'][name]:>10.0f}{shown}".rstrip())
    lines += [f"{name:<34}{value:>12}" for name, value in made["facts"].items()]
    for name, table in made["tables"].items():
        lines += ["", name, "", *markdown(table)]
    return "\n".join(lines)


def markdown(table):
    """`table`: {"columns": [...], "rows": [[...], ...]}."""
    def row(cells):
        return "| " + " | ".join(f"{cell:,}" if isinstance(cell, (int, float)) else str(cell) for cell in cells) + " |"
    return [row(table["columns"]), "|" + "---|" * len(table["columns"]), *map(row, table["rows"])]
