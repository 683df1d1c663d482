package dev.orcinus.bindings.abi;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The argument file with which jextract would make a header class's counterpart. */
final class JextractArguments {
    private JextractArguments() {}

    static String of(String system, HeaderSource header) {
        Stream<String> fixed =
                Stream.of(
                        "--target-package dev.orcinus.bindings." + system,
                        "--header-class-name " + header.type().getSimpleName(),
                        "--define-macro "
                                + (system.equals("macos") ? "_DARWIN_C_SOURCE" : "_GNU_SOURCE"));
        Stream<String> constants =
                Arrays.stream(header.type().getDeclaredFields())
                        .filter(f -> Modifier.isPublic(f.getModifiers()))
                        .filter(f -> f.getType().isPrimitive())
                        .map(f -> "--include-constant " + f.getName());
        Stream<String> structs =
                Arrays.stream(header.type().getDeclaredClasses())
                        .map(JextractArguments::struct)
                        .sorted();
        Stream<String> functions =
                header.prototypes().stream().map(p -> "--include-function " + p.name());
        return Stream.of(fixed, constants, structs, functions, Stream.of(include(header)))
                .flatMap(s -> s)
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String include(HeaderSource header) {
        return "<" + header.name().orElseThrow() + ">";
    }

    private static String struct(Class<?> struct) {
        try {
            Field type = struct.getField("C_TYPE");
            String name = (String) type.get(null);
            return name.startsWith("struct ")
                    ? "--include-struct " + name.substring("struct ".length())
                    : "--include-typedef " + name;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
