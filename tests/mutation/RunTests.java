import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.util.Arrays;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs the test classes of its arguments on the class path; ends with 1 if one fails or none runs. */
public final class RunTests {
    private RunTests() {}

    public static void main(String[] classes) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherDiscoveryRequest request =
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(Arrays.stream(classes).map(name -> selectClass(name)).toList())
                        .build();
        LauncherFactory.create().execute(request, listener);
        listener.getSummary().printFailuresTo(new PrintWriter(System.out, true), 3);
        boolean isGood =
                listener.getSummary().getTestsSucceededCount() > 0
                        && listener.getSummary().getTotalFailureCount() == 0;
        System.exit(isGood ? 0 : 1);
    }
}
