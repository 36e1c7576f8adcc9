package org.lanewise.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.lanewise.measure.Execution;
import org.lanewise.check.Agreement;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.Report;
import org.lanewise.measure.Pass;

/**
 * What came of checking one pass of one problem.
 *
 * @param problem what was checked
 * @param pass which pass; null where none was
 * @param execution kernels and threads
 * @param algorithm what computed
 * @param against what it was compared with, or why it was not
 * @param arrays how each array agrees, by its name
 */
public record Check(Problem problem, Pass pass, Execution execution, String algorithm,
        String against,
        Map<String, Agreement> arrays) {
    /** How a check may end. */
    public enum Outcome {
        PASSED,
        FAILED,
        SKIPPED
    }

    public Outcome outcome() {
        if (arrays.isEmpty()) {
            return Outcome.SKIPPED;
        }
        return arrays.values().stream().allMatch(Agreement::good)
                ? Outcome.PASSED
                : Outcome.FAILED;
    }

    double error() {
        return arrays.values().stream().mapToDouble(Agreement::error).max().orElse(0.0);
    }

    /** A line, and below it one for each array that is wrong. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(Report.format("%-7s  %-16s  %s %d thr %s  %s  \"%s\"%s", outcome(),
                pass == null ? "-" : pass,
                execution.backendName() + Report.precision(execution.precision()),
                execution.threads(), algorithm,
                problem.shapes(), problem.name(),
                outcome() == Outcome.SKIPPED ? ": " + against : ""));
        new TreeMap<>(arrays).forEach((name, array) -> {
            if (!array.good()) {
                lines.add(Report.format("         %s[%d]: expected %s, found %s; %,d of %,d are"
                        + " wrong, by %.2e of the largest at most", name, array.first(),
                        array.expected(), array.found(), array.wrong(), array.elements(),
                        array.error()));
            }
        });
        return lines;
    }

    public ObjectNode json() {
        ObjectNode node = Json.object();
        node.put("problem", problem.name());
        node.put("shapes", problem.shapes());
        node.put("pass", pass == null ? null : pass.toString());
        node.put("backend", execution.backendName());
        node.put("threads", execution.threads());
        node.put("precision", execution.precision().toString());
        node.put("algorithm", algorithm);
        node.put("against", against);
        node.put("outcome", outcome().name().toLowerCase(Locale.ROOT));
        node.put("elements", arrays.values().stream().mapToLong(Agreement::elements).sum());
        node.set("max_error", Json.number(error()));
        return node;
    }
}
