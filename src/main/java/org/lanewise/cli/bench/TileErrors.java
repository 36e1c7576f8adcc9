package org.lanewise.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.Report;
import org.lanewise.measure.Pass;

/** The largest errors of convolutions by Winograd's tiles, as parts of the largest element. */
public final class TileErrors {
    private static final String ROW = "%-12s %-6s %-16s %6s %9s";

    /** Passes of one window by one tile. */
    private record Key(String window, String tile, Pass pass) {}

    private record Value(int shapes, double error) {}

    private final Map<Key, Value> errors = new TreeMap<>(
            (a, b) -> a.toString().compareTo(b.toString()));

    /**
     * Adds a check of one pass.
     *
     * @param window the kind of window, as {@code 5x5 dilated}
     * @param check by tiles; the input gradient may use another tile than the forward pass
     */
    public void add(String window, Check check) {
        String[] tiles = check.algorithm().substring(check.algorithm().indexOf('-') + 1).split("/");
        String tile = tiles[check.pass() == Pass.BACKWARD_INPUT ? tiles.length - 1 : 0];
        errors.merge(new Key(window, tile, check.pass()), new Value(1, check.error()),
                (a, b) -> new Value(a.shapes + b.shapes, Math.max(a.error, b.error)));
    }

    /** A line for each window, tile and pass, below a head. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(Report.format(ROW, "window", "tile", "pass", "shapes", "error"));
        errors.forEach((key, value) -> lines.add(Report.format(ROW, key.window, key.tile, key.pass,
                value.shapes, Report.format("%.1e", value.error))));
        return lines;
    }

    public ArrayNode json() {
        ArrayNode array = Json.array();
        errors.forEach((key, value) -> {
            ObjectNode node = array.addObject().put("window", key.window).put("tile", key.tile);
            node.put("pass", key.pass.toString()).put("shapes", value.shapes);
            node.set("max_error", Json.number(value.error));
        });
        return array;
    }
}
