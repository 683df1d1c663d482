package dev.orcinus.executor.session;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * The services of one session. A session ends by a walk over them, the last one first. A failure of
 * one is logged and does not stop the others.
 */
final class Services {
    private final Session session;
    private final List<Service> lastFirst;

    /**
     * Creates the services of a session that has not ended.
     *
     * @param inOrder the services, each after those that it uses
     */
    Services(Session session, List<Service> inOrder) {
        this.session = session;
        this.lastFirst = inOrder.reversed();
    }

    /** Tells all services that the controller is gone, then tells all that the session ends. */
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
