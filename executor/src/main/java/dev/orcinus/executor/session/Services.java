package dev.orcinus.executor.session;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * The services of one session. What ends a session is a walk over them, the last one first. A
 * service that fails is reported, and holds no other one up.
 */
final class Services {
    private final Session session;
    private final List<Service> lastFirst;

    /**
     * Services that nothing has ended yet.
     *
     * @param inOrder each of them after those that it is built on
     */
    Services(Session session, List<Service> inOrder) {
        this.session = session;
        this.lastFirst = inOrder.reversed();
    }

    /** Tells all that the controller is gone, and then all that the session ends. */
    void end() {
        forEach(Service::onDetach);
        forEach(Service::onShutdown);
    }

    private void forEach(BiConsumer<Service, Session> moment) {
        for (Service service : lastFirst) {
            try {
                moment.accept(service, session);
            } catch (RuntimeException | Error bug) {
                session.log("internal error at the end of the session: " + bug);
            }
        }
    }
}
