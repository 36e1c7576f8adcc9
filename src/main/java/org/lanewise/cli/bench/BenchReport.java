package org.lanewise.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.JsonObject;

/**
 * What a run of the benchmarks found.
 *
 * @param environment where, with all peaks of the run
 * @param results what was measured; shares are those of the environment's peaks
 */
public record BenchReport(Environment environment, List<Measurement> results) {
    /** Results of one run, whose peaks became known at its end. */
    static BenchReport of(Environment environment, List<Measurement> results) {
        return new BenchReport(environment, results.stream()
                .map(result -> result.ofPeak(environment.peak(result.threads()))
                        .ofCopy(environment.copies()))
                .toList());
    }

    /** One report of several that measured the same, each in a JVM of its own. */
    public static BenchReport merge(List<BenchReport> all) {
        List<Measurement> merged = new ArrayList<>();
        for (int i = 0; i < all.getFirst().results.size(); i++) {
            int index = i;
            merged.add(Measurement
                    .merge(all.stream().map(report -> report.results.get(index)).toList()));
        }
        return of(Environment.merge(all.stream().map(BenchReport::environment).toList()), merged);
    }

    public ObjectNode json() {
        ObjectNode node = Json.object();
        node.set("environment", environment.json());
        ArrayNode array = node.putArray("results");
        results.forEach(result -> array.add(result.json()));
        return node;
    }

    public static BenchReport of(JsonObject object) {
        return new BenchReport(Environment.of(object.child("environment")),
                object.objects("results").stream().map(Measurement::of).toList());
    }

    /** What the notes after the rows mean, a line each; empty where there are none. */
    public List<String> legend() {
        List<String> lines = new ArrayList<>();
        if (results.stream().anyMatch(Measurement::abovePeak)) {
            lines.add("above the peak: no direct algorithm can be; the time or the peak is wrong,"
                    + " although both were measured again");
        }
        if (results.stream().anyMatch(result -> !result.timing().groups().isEmpty())) {
            lines.add("two groups: the forks differ by a clear gap, as when the JIT compiler does"
                    + " not always produce the same code; the median says little");
        }
        if (results.stream().anyMatch(result -> !result.timing().settled())) {
            lines.add("not settled: in at least one fork times still changed by more than 10 %, or"
                    + " code was still being compiled; other load on the machine does that");
        }
        return lines;
    }
}
