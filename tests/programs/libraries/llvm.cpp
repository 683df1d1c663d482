// packages: llvm-19-dev libzstd-dev
// needs: llvm-config-19 /usr/lib/llvm-19/lib/libLLVMCore.a libzstd.so
// build: c++ -std=c++17 -O1 -fno-rtti $source -o native $(llvm-config-19 --cxxflags | tr ' ' '\n' | grep '^-[ID]') $(llvm-config-19 --ldflags --link-static --libs x86 mcparser irreader passes) $(llvm-config-19 --link-static --system-libs x86 mcparser irreader passes)
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/IRReader/IRReader.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <optional>

static const char *const TEXT = R"(
define i32 @sum(i32 %n) {
entry:
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %j, %loop ]
  %s = phi i32 [ 0, %entry ], [ %t, %loop ]
  %t = add i32 %s, %i
  %j = add i32 %i, 1
  %c = icmp slt i32 %j, %n
  br i1 %c, label %loop, label %out
out:
  ret i32 %t
}
)";

int main() {
    using namespace llvm;
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMContext context;
    SMDiagnostic diagnostic;
    std::unique_ptr<Module> module = parseIR(MemoryBufferRef(TEXT, "text"), diagnostic, context);
    std::string error;
    const Target *target = TargetRegistry::lookupTarget("x86_64-linux-gnu", error);
    std::unique_ptr<TargetMachine> machine(target->createTargetMachine("x86_64-linux-gnu", "x86-64", "", TargetOptions(), Reloc::PIC_));
    module->setDataLayout(machine->createDataLayout());
    LoopAnalysisManager loops;
    FunctionAnalysisManager functions;
    CGSCCAnalysisManager calls;
    ModuleAnalysisManager modules;
    PassBuilder builder(machine.get());
    builder.registerModuleAnalyses(modules);
    builder.registerCGSCCAnalyses(calls);
    builder.registerFunctionAnalyses(functions);
    builder.registerLoopAnalyses(loops);
    builder.crossRegisterProxies(loops, functions, calls, modules);
    builder.buildPerModuleDefaultPipeline(OptimizationLevel::O2).run(*module, modules);
    legacy::PassManager manager;
    SmallString<4096> text;
    raw_svector_ostream stream(text);
    machine->addPassesToEmitFile(manager, stream, nullptr, CodeGenFileType::AssemblyFile);
    manager.run(*module);
    outs() << text;
    return 7;
}
