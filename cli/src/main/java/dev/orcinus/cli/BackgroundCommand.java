package dev.orcinus.cli;

import dev.orcinus.daemon.background.LaunchHandler;
import dev.orcinus.daemon.background.LaunchPlace;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.LauncherBuild;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;

/** The command {@code background}, which serves launchers. */
final class BackgroundCommand {
    int run() throws IOException, HostCallException {
        Host host = HostProvider.current();
        LaunchPlace place = LaunchPlace.of(System::getenv).orElseThrow();
        place.create(host.process().uid());
        LaunchHandler handler = new LaunchSession(new LauncherBuild(build(), "-"));
        Listener listener =
                host.channels().listen(UnixDomainSocketAddress.of(place.socket()));
        while (true) {
            HostChannel connection = listener.accept();
            Thread.ofPlatform().daemon().start(() -> handler.serve(connection));
        }
    }

    private static String build() {
        return System.getProperty(LaunchPlace.BUILD_PROPERTY);
    }
}
