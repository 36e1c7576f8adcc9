package org.lanewise.cli.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.lanewise.cli.format.Json;

/**
 * A chapter of a page.
 *
 * @param title its heading
 * @param text how to read its figures
 * @param figures what it shows, in order
 */
public record Section(String title, String text, List<Figure> figures) {
    ObjectNode json() {
        ObjectNode node = Json.object().put("title", title).put("text", text);
        node.putArray("figures").addAll(figures.stream().map(Figure::json).toList());
        return node;
    }
}
