package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.cli.CommandLineRun;

/** Bash loads the script and completes words with it. */
class CompletionCommandTest {
    @TempDir
    Path folder;

    /** What bash would put in place of the last word. */
    private Set<String> completed(String... words) throws Exception {
        CommandLineRun run = CommandLineRun.of("completion");
        assertEquals(0, run.code(), run.err());
        Path script = Files.writeString(folder.resolve("completion.sh"), run.out());
        List<String> command = new ArrayList<>(List.of("bash", "--norc", "-c", """
                # Bash has it only while it completes.
                compopt() { :; }
                source "$1"
                function=$(complete -p lanewise | sed 's/.*-F //; s/ .*//')
                shift
                COMP_WORDS=(lanewise "$@")
                COMP_CWORD=$#
                "$function"
                printf '%s\\n' "${COMPREPLY[@]}"
                """, "bash", script.toString()));
        command.addAll(List.of(words));
        Process bash = new ProcessBuilder(command).redirectErrorStream(true).start();
        bash.getOutputStream().close();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, bash.waitFor(), said);
        return new TreeSet<>(said.lines().map(String::strip).toList());
    }

    @Test
    void optionsOfACommandAreCompleted() throws Exception {
        assertEquals(Set.of("--loss", "--loss-reduction", "--learning-rate"),
                completed("train", "--l"));
        assertEquals(Set.of("--suite"), completed("bench", "--su"));
    }

    @Test
    void commandsAreCompleted() throws Exception {
        assertEquals(Set.of("profile", "predict"), completed("pr"));
        assertEquals(Set.of("report"), completed("rep"));
    }
}
