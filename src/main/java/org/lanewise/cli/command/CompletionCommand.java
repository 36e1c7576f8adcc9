package org.lanewise.cli.command;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lanewise completion}: commands and options for the tabulator key. */
@Command(name = "completion", description = {
        "Print the script by which bash and zsh complete commands and options:",
        "  source <(./lanewise completion)"})
public final class CompletionCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().getOut().print(AutoComplete.bash("lanewise", spec.root().commandLine()));
        spec.commandLine().getOut().flush();
    }
}
