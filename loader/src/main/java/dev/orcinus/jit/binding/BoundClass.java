package dev.orcinus.jit.binding;

import dev.orcinus.jit.unwinding.EscapedThrows;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The class of a bound interface. It is hidden, and its handles are constants of it, so that the
 * compiler sees through them. Each method loads its arguments and invokes its handle.
 */
final class BoundClass {
    private BoundClass() {}

    /**
     * Makes an object that implements an interface.
     *
     * @param handles what its methods do
     * @param text its {@code toString}
     */
    static <T> T make(
            Class<T> type, InterfaceAccess access, Map<Method, MethodHandle> handles, String text) {
        Map<Signature, MethodHandle> bodies = new LinkedHashMap<>();
        handles.forEach((method, handle) -> bodies.putIfAbsent(Signature.of(method), handle));
        List<MethodHandle> constants = List.copyOf(bodies.values());
        byte[] bytes = bytes(type, access.definer().lookupClass(), bodies, text);
        try {
            MethodHandles.Lookup made =
                    access.definer().defineHiddenClassWithClassData(bytes, constants, true);
            MethodHandle constructor =
                    made.findConstructor(made.lookupClass(), MethodType.methodType(void.class));
            return type.cast(constructor.invoke());
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(
                    type.getName() + " is not accessible from " + access.definer(), e);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }

    /** A method's name and type; interfaces may inherit several methods of one. */
    private record Signature(String name, MethodType type) {
        static Signature of(Method method) {
            return new Signature(
                    method.getName(),
                    MethodType.methodType(method.getReturnType(), method.getParameterTypes()));
        }

        // Written out, because the comparison of a record generates classes when it is first used.
        @Override
        public boolean equals(Object other) {
            return other instanceof Signature signature
                    && signature.name.equals(name)
                    && signature.type.equals(type);
        }

        @Override
        public int hashCode() {
            return name.hashCode() * 31 + type.hashCode();
        }

        MethodTypeDesc descriptor() {
            return type.describeConstable().orElseThrow();
        }
    }

    private static byte[] bytes(
            Class<?> type, Class<?> neighbour, Map<Signature, MethodHandle> bodies, String text) {
        String place = neighbour.getPackageName();
        String name = type.getSimpleName() + EscapedThrows.BOUND_CLASS;
        ClassDesc self = ClassDesc.of(place, name);
        return ClassFile.of()
                .build(
                        self,
                        made -> {
                            made.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                                    .withInterfaceSymbols(type.describeConstable().orElseThrow());
                            addConstructor(made);
                            addText(made, text);
                            int index = 0;
                            for (Signature signature : bodies.keySet()) {
                                addMethod(made, signature, index++);
                            }
                        });
    }

    private static void addConstructor(ClassBuilder made) {
        made.withMethodBody(
                ConstantDescs.INIT_NAME,
                ConstantDescs.MTD_void,
                0,
                code ->
                        code.aload(0)
                                .invokespecial(
                                        ConstantDescs.CD_Object,
                                        ConstantDescs.INIT_NAME,
                                        ConstantDescs.MTD_void)
                                .return_());
    }

    private static void addText(ClassBuilder made, String text) {
        made.withMethodBody(
                "toString",
                MethodTypeDesc.of(ConstantDescs.CD_String),
                ClassFile.ACC_PUBLIC,
                code -> code.loadConstant(text).areturn());
    }

    private static void addMethod(ClassBuilder made, Signature signature, int index) {
        made.withMethodBody(
                signature.name,
                signature.descriptor(),
                ClassFile.ACC_PUBLIC,
                code -> addBody(code, signature.type, index));
    }

    private static void addBody(CodeBuilder code, MethodType type, int index) {
        code.loadConstant(
                DynamicConstantDesc.ofNamed(
                        ConstantDescs.BSM_CLASS_DATA_AT,
                        ConstantDescs.DEFAULT_NAME,
                        ConstantDescs.CD_MethodHandle,
                        index));
        for (int i = 0; i < type.parameterCount(); i++) {
            code.loadLocal(TypeKind.from(type.parameterType(i)), code.parameterSlot(i));
        }
        code.invokevirtual(
                        ConstantDescs.CD_MethodHandle,
                        "invokeExact",
                        type.describeConstable().orElseThrow())
                .return_(TypeKind.from(type.returnType()));
    }
}
