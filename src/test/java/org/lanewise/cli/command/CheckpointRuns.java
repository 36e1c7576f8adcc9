package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.format.Json;

/** Runs {@code train} for tests of checkpoints and reads what it saved. */
final class CheckpointRuns {
    private CheckpointRuns() {}

    static JsonNode json(CommandLineRun run) {
        assertEquals(0, run.code(), run.err());
        return Json.parse("output", run.out().getBytes(StandardCharsets.UTF_8));
    }

    static CommandLineRun train(Object... more) {
        return CommandLineRun.of(Stream.concat(Stream.of("train", "--optimizer", "adam"),
                Stream.of(more)).toArray());
    }

    static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".npz")).sorted().toList();
        }
    }

    /** {@return the newest checkpoint of a folder} */
    static Path newest(Path folder) throws IOException {
        return folder.resolve(names(folder).getLast());
    }
}
