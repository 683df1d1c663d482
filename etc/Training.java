import dev.orcinus.executor.rehearsal.Rehearsal;

/**
 * The run that the start-up cache is recorded from: starts an executor by the given command, which talks over its standard input and output, and has it rehearse a session. Started by make-app.sh.
 */
final class Training {
    private Training() {}

    public static void main(String[] command) throws Exception {
        Process executor = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        new Rehearsal(executor.getInputStream(), executor.getOutputStream()).run();
        System.exit(executor.waitFor());
    }
}
