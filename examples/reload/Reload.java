import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.jit.JitObject;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Hot reload: a function gets other code while a thread calls it, and a variable keeps its value. */
final class Reload {
    private Reload() {}

    public interface Shop {
        int price(int pieces);
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        byte[] sale = Files.readAllBytes(folder.resolve("sale.o"));
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("shop");
            JitObject prices = dylib.add(folder.resolve("prices.o"));
            Shop shop = dylib.bind(Shop.class);
            System.out.println("three pieces cost " + shop.price(3));

            CountDownLatch hasBegun = new CountDownLatch(1);
            AtomicBoolean isClosed = new AtomicBoolean();
            Thread customer =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        while (!isClosed.get()) {
                                            shop.price(0);
                                            hasBegun.countDown();
                                        }
                                    });
            hasBegun.await();
            dylib.replace(prices, sale, "sold");
            System.out.println("in the sale they cost " + shop.price(3));
            isClosed.set(true);
            customer.join();

            int sold = dylib.variable("sold", ValueLayout.JAVA_INT).get(ValueLayout.JAVA_INT, 0);
            System.out.println(sold + " pieces have been sold, before and after");
        }
    }
}
