package dev.orcinus.runtime.flight;

import dev.orcinus.runtime.flight.FlightNotes.Kind;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The events, as JDK Flight Recorder knows them. It is loaded only if the JVM is recording. */
final class FlightEvents {
    private FlightEvents() {}

    static FlightNote begin(Kind kind, String subject) {
        Noted event =
                switch (kind) {
                    case LINK -> new Link();
                    case LINK_PHASE -> new LinkPhase();
                    case INITIALIZE -> new Initialize();
                    case CALL_INTO_JAVA -> new CallIntoJava();
                    case SESSION -> new Session();
                    case CRASH -> new Crash();
                    case CHECKPOINT -> new Checkpoint();
                };
        event.subject = subject;
        event.begin();
        return event;
    }

    /** What all events have. */
    @Category("Orcinus")
    @StackTrace(false)
    abstract static class Noted extends Event implements FlightNote {
        @Label("Subject")
        String subject;

        @Override
        public void close() {
            commit();
        }
    }

    @Name("orcinus.Link")
    @Label("Link")
    @Description("Objects are linked and loaded")
    static final class Link extends Noted {}

    @Name("orcinus.LinkPhase")
    @Label("Link Phase")
    @Description("A phase of linking")
    static final class LinkPhase extends Noted {}

    @Name("orcinus.Initialize")
    @Label("Initialize")
    @Description("Initializers of a dylib run")
    static final class Initialize extends Noted {}

    @Name("orcinus.CallIntoJava")
    @Label("Call into Java")
    @Description("Loaded code calls a Java method")
    static final class CallIntoJava extends Noted {}

    @Name("orcinus.Session")
    @Label("Session")
    @Description("An executor serves a session with a controller")
    static final class Session extends Noted {}

    @Name("orcinus.Crash")
    @Label("Crash")
    @Description("Loaded code has crashed")
    @StackTrace(true)
    static final class Crash extends Noted {}

    @Name("orcinus.Checkpoint")
    @Label("Checkpoint")
    @Description("A copy of a guest process is taken")
    static final class Checkpoint extends Noted {}
}
