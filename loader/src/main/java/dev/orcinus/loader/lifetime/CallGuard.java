package dev.orcinus.loader.lifetime;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;

/**
 * A maker of method handles that call through a {@link FunctionGate}. Each shape of calls has a
 * hidden class with one method. The same made of combined method handles takes some forty classes,
 * which the JVM generates for the first call.
 */
public final class CallGuard {
    private static final MethodHandles.Lookup HERE = MethodHandles.lookup();
    private static final String METHOD = "call";
    private static final ClassDesc SELF = sibling("GuardedCall");
    private static final ClassDesc GATE = sibling("FunctionGate");
    private static final ClassDesc SEAT = sibling("Seat");
    private static final MethodTypeDesc ENTER = MethodTypeDesc.of(SEAT, GATE);

    private CallGuard() {}

    private static ClassDesc sibling(String name) {
        return ClassDesc.of(CallGuard.class.getPackageName(), name);
    }

    /**
     * Returns a handle that does what {@code call} does, as a call that is inside of a gate. The
     * gate is an additional first argument.
     *
     * @param after the static method that is run when the call has returned and is outside again:
     *     {@code ()void}. It is called by its name, because a second handle takes more generated
     *     classes.
     */
    public static MethodHandle around(MethodHandle call, DirectMethodHandleDesc after) {
        MethodType type = call.type().insertParameterTypes(0, FunctionGate.class);
        try {
            MethodHandles.Lookup made =
                    HERE.defineHiddenClassWithClassData(
                            bytes(type, call.type(), after), List.of(call), true);
            return made.findStatic(made.lookupClass(), METHOD, type);
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }

    private static byte[] bytes(MethodType type, MethodType call, DirectMethodHandleDesc after) {
        return ClassFile.of()
                .build(
                        SELF,
                        made ->
                                made.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                                        .withMethodBody(
                                                METHOD,
                                                descriptor(type),
                                                ClassFile.ACC_STATIC,
                                                code -> addBody(code, call, after)));
    }

    private static MethodTypeDesc descriptor(MethodType type) {
        return type.describeConstable().orElseThrow();
    }

    /** Adds the instructions of {@code try { call } finally { leave }; after; return}. */
    private static void addBody(CodeBuilder code, MethodType call, DirectMethodHandleDesc after) {
        TypeKind result = TypeKind.from(call.returnType());
        int seat = code.allocateLocal(TypeKind.REFERENCE);
        int returned = result == TypeKind.VOID ? 0 : code.allocateLocal(result);
        Label start = code.newLabel();
        Label end = code.newLabel();
        Label failed = code.newLabel();
        code.aload(0).invokestatic(GATE, "enter", ENTER).astore(seat).labelBinding(start);
        code.loadConstant(callConstant());
        for (int i = 0; i < call.parameterCount(); i++) {
            code.loadLocal(TypeKind.from(call.parameterType(i)), code.parameterSlot(i + 1));
        }
        code.invokevirtual(ConstantDescs.CD_MethodHandle, "invokeExact", descriptor(call));
        if (result != TypeKind.VOID) {
            code.storeLocal(result, returned);
        }
        code.labelBinding(end);
        addLeaving(code, seat);
        code.invokestatic(after.owner(), after.methodName(), ConstantDescs.MTD_void);
        if (result != TypeKind.VOID) {
            code.loadLocal(result, returned);
        }
        code.return_(result).labelBinding(failed);
        addLeaving(code, seat);
        code.athrow().exceptionCatchAll(start, end, failed);
    }

    private static void addLeaving(CodeBuilder code, int seat) {
        code.aload(seat).invokevirtual(SEAT, "leave", ConstantDescs.MTD_void);
    }

    private static DynamicConstantDesc<MethodHandle> callConstant() {
        return DynamicConstantDesc.ofNamed(
                ConstantDescs.BSM_CLASS_DATA_AT,
                ConstantDescs.DEFAULT_NAME,
                ConstantDescs.CD_MethodHandle,
                0);
    }
}
