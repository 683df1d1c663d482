package dev.orcinus.loader.page;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A page of HTML about objects. It is one file, which loads nothing: a script in it shows the data
 * in it. One thread at a time may use it.
 */
public final class ObjectPage {
    private static final String TEMPLATE = "page.html";
    private static final String PLACE = "<!--data-->";

    private final List<LinkedObject> objects = new ArrayList<>();

    /** Makes a page without objects. */
    public ObjectPage() {}

    /** Adds an object, which may change until the page is written. */
    public void add(LinkedObject object) {
        objects.add(object);
    }

    /** Writes the page, which is UTF-8. */
    public void write(Appendable out) throws IOException {
        String template;
        try (InputStream resource = ObjectPage.class.getResourceAsStream(TEMPLATE)) {
            template = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
        int place = template.indexOf(PLACE);
        JsonText data = new JsonText().open('[');
        objects.forEach(object -> object.write(data));
        out.append(template, 0, place).append(data.close(']').toString());
        out.append(template, place + PLACE.length(), template.length());
    }
}
