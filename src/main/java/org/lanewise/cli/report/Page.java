package org.lanewise.cli.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.lanewise.cli.format.Json;

/**
 * A web page in one file that needs nothing else, neither network nor server.
 *
 * @param title its heading
 * @param lines what was measured where, below the heading
 * @param sections its chapters, in order
 */
public record Page(String title, List<String> lines, List<Section> sections) {
    /** The whole text; the same for the same content. */
    public String html() {
        return resource("page.html")
                .replace("/*page.css*/", resource("page.css"))
                .replace("/*chart.js*/", script(resource("chart.js")))
                .replace("/*page.js*/", script(resource("page.js")))
                .replace("/*page.json*/", escaped(Json.text(json())));
    }

    private ObjectNode json() {
        ObjectNode node = Json.object().put("title", title);
        lines.forEach(node.putArray("lines")::add);
        node.putArray("sections").addAll(sections.stream().map(Section::json).toList());
        return node;
    }

    /** Names in files are anybody's: none may end the element that holds them. */
    private static String escaped(String json) {
        return json.replace("<", "\\u003c");
    }

    /** The source map that the library speaks of is not here. */
    private static String script(String text) {
        return text.replaceAll("(?m)^//# sourceMappingURL=.*$", "");
    }

    private static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
