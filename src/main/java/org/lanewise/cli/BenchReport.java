package org.lanewise.cli;

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

    static BenchReport of(JsonObject object) {
        return new BenchReport(Environment.of(object.child("environment")),
                object.objects("results").stream().map(Measurement::of).toList());
    }
}
