package dev.orcinus.jit.binding;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * The right to implement an interface: a lookup with all access in a package that sees the
 * interface.
 *
 * @param definer defines the class that implements it
 */
record InterfaceAccess(MethodHandles.Lookup definer) {
    private static final MethodHandles.Lookup HERE = MethodHandles.lookup();
    private static final String ANCHOR = "OrcinusBindings";

    /** Uses a lookup that the program gives. */
    static InterfaceAccess given(Class<?> type, MethodHandles.Lookup lookup) {
        if (!lookup.hasFullPrivilegeAccess()) {
            throw new IllegalArgumentException(
                    lookup + " does not have full access: pass MethodHandles.lookup()");
        }
        try {
            lookup.accessClass(type);
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(lookup + " does not see " + type.getName(), e);
        }
        return new InterfaceAccess(lookup);
    }

    /**
     * Finds a way to the interface: within its own package if that is open to this module, as all
     * packages of the class path are, or from here if it is public.
     *
     * @throws IllegalArgumentException if there is none
     */
    static InterfaceAccess find(Class<?> type) {
        HERE.lookupClass().getModule().addReads(type.getModule());
        try {
            return new InterfaceAccess(anchored(MethodHandles.privateLookupIn(type, HERE)));
        } catch (IllegalAccessException closed) {
            return fromHere(type, closed);
        }
    }

    private static InterfaceAccess fromHere(Class<?> type, IllegalAccessException closed) {
        try {
            HERE.accessClass(type);
            if (Class.forName(type.getName(), false, HERE.lookupClass().getClassLoader()) == type) {
                return new InterfaceAccess(HERE);
            }
        } catch (IllegalAccessException | ClassNotFoundException hidden) {
            closed.addSuppressed(hidden);
        }
        throw new IllegalArgumentException(
                "%s is not accessible: pass MethodHandles.lookup() to bind, or open its package to %s"
                        .formatted(type.getName(), HERE.lookupClass().getModule().getName()),
                closed);
    }

    /**
     * Returns a lookup with all access in the package of another one. Only a class of that package
     * has it, so one is defined there that hands it out.
     */
    private static MethodHandles.Lookup anchored(MethodHandles.Lookup lookup)
            throws IllegalAccessException {
        if (lookup.hasFullPrivilegeAccess()) {
            return lookup;
        }
        try {
            return (MethodHandles.Lookup)
                    lookup.findStatic(
                                    anchor(lookup),
                                    "lookup",
                                    MethodType.methodType(MethodHandles.Lookup.class))
                            .invokeExact();
        } catch (IllegalAccessException e) {
            throw e;
        } catch (Throwable impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }

    private static Class<?> anchor(MethodHandles.Lookup lookup)
            throws IllegalAccessException, ClassNotFoundException {
        Class<?> type = lookup.lookupClass();
        String name =
                type.getPackageName().isEmpty() ? ANCHOR : type.getPackageName() + "." + ANCHOR;
        synchronized (HERE) {
            try {
                return Class.forName(name, false, type.getClassLoader());
            } catch (ClassNotFoundException isNew) {
                return lookup.defineClass(anchorBytes(ClassDesc.of(name)));
            }
        }
    }

    private static byte[] anchorBytes(ClassDesc name) {
        MethodTypeDesc shape = MethodTypeDesc.of(ConstantDescs.CD_MethodHandles_Lookup);
        return ClassFile.of()
                .build(
                        name,
                        type ->
                                type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                                        .withMethodBody(
                                                "lookup",
                                                shape,
                                                ClassFile.ACC_STATIC,
                                                code ->
                                                        code.invokestatic(
                                                                        ConstantDescs
                                                                                .CD_MethodHandles,
                                                                        "lookup",
                                                                        shape)
                                                                .areturn()));
    }

    /** Returns a lookup that sees the members of a record or callback that the interface uses. */
    MethodHandles.Lookup lookup(Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(type, definer);
        } catch (IllegalAccessException e) {
            return definer;
        }
    }
}
