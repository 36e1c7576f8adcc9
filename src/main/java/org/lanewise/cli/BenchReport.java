package org.lanewise.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** What a run of the benchmarks found. */
record BenchReport(Environment environment, List<Measurement> results) {
    /** One report of several that measured the same, each in a JVM of its own. */
    static BenchReport merge(List<BenchReport> all) {
        List<Measurement> merged = new ArrayList<>();
        for (int i = 0; i < all.getFirst().results.size(); i++) {
            int index = i;
            merged.add(Measurement
                    .merge(all.stream().map(report -> report.results.get(index)).toList()));
        }
        return new BenchReport(
                Environment.merge(all.stream().map(BenchReport::environment).toList()), merged);
    }

    ObjectNode json() {
        ObjectNode node = Json.object();
        node.set("environment", environment.json());
        ArrayNode array = node.putArray("results");
        results.forEach(result -> array.add(result.json()));
        return node;
    }

    static BenchReport of(JsonNode node) {
        List<Measurement> results = new ArrayList<>();
        node.get("results").forEach(result -> results.add(Measurement.of(result)));
        return new BenchReport(Environment.of(node.get("environment")), results);
    }
}
