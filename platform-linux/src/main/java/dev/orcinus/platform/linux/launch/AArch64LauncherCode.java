package dev.orcinus.platform.linux.launch;

import dev.orcinus.formats.code.CodeListing;

/**
 * The machine code of the launcher for AArch64, without a C library. The numbers of system calls
 * are those of {@code <asm-generic/unistd.h>}. {@link LauncherFile} says what it does.
 */
final class AArch64LauncherCode {
    static final CodeListing CODE =
            CodeListing.aarch64(
                    """
                    start:
                    # x29: argc, argv, envp; x19: argc; x21: the length of the control message
                      fd030091  mov x29, sp
                      b30340f9  ldr x19, [x29]
                      531c00b4  cbz x19, fail
                      ff0b40d1  sub sp, sp, #8192
                      ff0305d1  sub sp, sp, #320
                      7f0a00f1  cmp x19, #2
                      cb1a0054  b.lt cold
                      a10b40f9  ldr x1, [x29, #16]
                      150380d2  mov x21, #24
                      60260058  ldr x0, run_at
                      e4000094  bl match
                      61000054  b.ne session
                      22004039  ldrb w2, [x1]
                      e2020034  cbz w2, program
                    # filedescs=IN,OUT
                    session:
                      a10b40f9  ldr x1, [x29, #16]
                      e0250058  ldr x0, filedescs_at
                      de000094  bl match
                      e1000054  b.ne adopt
                      eb000094  bl number
                      5fb00071  cmp w2, #44
                      01190054  b.ne cold
                      e01b00b9  str w0, [sp, #24]
                      21040091  add x1, x1, #1
                      09000014  b last
                    # socket:adopt=FD
                    adopt:
                      a10b40f9  ldr x1, [x29, #16]
                      e0240058  ldr x0, socket_at
                      d4000094  bl match
                      21180054  b.ne cold
                      e60301aa  mov x6, x1
                      e0000094  bl number
                      e01b00b9  str w0, [sp, #24]
                      e10306aa  mov x1, x6
                    last:
                      dd000094  bl number
                      62170035  cbnz w2, cold
                      e01f00b9  str w0, [sp, #28]
                      150480d2  mov x21, #32
                    # getpid
                    program:
                      881580d2  mov x8, #172
                      010000d4  svc #0
                      1f040071  cmp w0, #1
                      a0160054  b.eq cold
                    # what the user wishes
                      40230058  ldr x0, daemon_at
                      e3000094  bl variable
                      21010054  b.ne asked
                      e50301aa  mov x5, x1
                      00230058  ldr x0, off_at
                      ca000094  bl equal
                      c0150054  b.eq cold
                      e10305aa  mov x1, x5
                      c0220058  ldr x0, on_at
                      c6000094  bl equal
                      c0000054  b.eq find
                    asked:
                      a0220058  ldr x0, job_at
                      d8000094  bl variable
                      61000054  b.ne find
                      22004039  ldrb w2, [x1]
                      a2140035  cbnz w2, cold
                    # struct sockaddr_un
                    find:
                      40220058  ldr x0, folder_at
                      d3000094  bl variable
                      41140054  b.ne cold
                      22004039  ldrb w2, [x1]
                      5fbc0071  cmp w2, #47
                      e1130054  b.ne cold
                      20008052  mov w0, #1
                      e0730179  strh w0, [sp, #184]
                      e0eb0291  add x0, sp, #186
                      e39b0491  add x3, sp, #294
                      d6000094  bl append
                      21210058  ldr x1, place_at
                      d4000094  bl append
                    # socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)
                      16040091  add x22, x0, #1
                      200080d2  mov x0, #1
                      210080d2  mov x1, #1
                      0101a0f2  movk x1, #8, lsl #16
                      e2031faa  mov x2, xzr
                      c81880d2  mov x8, #198
                      010000d4  svc #0
                    # below 3, a standard stream is closed
                      1f0c0071  cmp w0, #3
                      eb110054  b.lt cold
                      f403002a  mov w20, w0
                    # SO_SNDTIMEO, SO_RCVTIMEO: 250 ms
                      00129ad2  mov x0, #53392
                      6000a0f2  movk x0, #3, lsl #16
                      ff0304a9  stp xzr, x0, [sp, #64]
                      a20280d2  mov x2, #21
                      cd000094  bl limit
                      820280d2  mov x2, #20
                      cb000094  bl limit
                    # connect
                      e003142a  mov w0, w20
                      e1e30291  add x1, sp, #184
                      c20201cb  sub x2, x22, x1
                      681980d2  mov x8, #203
                      010000d4  svc #0
                      20100035  cbnz w0, cold
                    # getsockopt(SO_PEERCRED), geteuid
                      80018052  mov w0, #12
                      e0b700b9  str w0, [sp, #180]
                      e003142a  mov w0, w20
                      210080d2  mov x1, #1
                      220280d2  mov x2, #17
                      e3a30291  add x3, sp, #168
                      e4d30291  add x4, sp, #180
                      281a80d2  mov x8, #209
                      010000d4  svc #0
                      e00e0035  cbnz w0, cold
                      e81580d2  mov x8, #175
                      010000d4  svc #0
                      e1af40b9  ldr w1, [sp, #172]
                      1f00016b  cmp w0, w1
                      410e0054  b.ne cold
                    # recvfrom: one byte says that somebody serves us
                      e003142a  mov w0, w20
                      e1a30491  add x1, sp, #296
                      220080d2  mov x2, #1
                      e3031faa  mov x3, xzr
                      e4031faa  mov x4, xzr
                      e5031faa  mov x5, xzr
                      e81980d2  mov x8, #207
                      010000d4  svc #0
                      1f040071  cmp w0, #1
                      010d0054  b.ne cold
                      e0a34439  ldrb w0, [sp, #296]
                      1f040171  cmp w0, #65
                      a10c0054  b.ne cold
                    # SO_RCVTIMEO: none
                      ff7f04a9  stp xzr, xzr, [sp, #64]
                      820280d2  mov x2, #20
                      a6000094  bl limit
                    # openat(AT_FDCWD, ".", O_PATH | O_DIRECTORY | O_CLOEXEC)
                      600c8092  mov x0, #-100
                      411a0058  ldr x1, here_at
                      020088d2  mov x2, #16384
                      0205a0f2  movk x2, #40, lsl #16
                      080780d2  mov x8, #56
                      010000d4  svc #0
                      600bf837  tbnz w0, #31, cold
                      41008052  mov w1, #2
                      e0070229  stp w0, w1, [sp, #16]
                    # umask
                      e0031faa  mov x0, xzr
                      c81480d2  mov x8, #166
                      010000d4  svc #0
                      e03700b9  str w0, [sp, #52]
                      010000d4  svc #0
                    # the arguments and the environment lie one behind the other
                      a1230091  add x1, x29, #8
                      200040f9  ldr x0, [x1]
                      e04f00f9  str x0, [sp, #152]
                      9b000094  bl strings
                      e22f00b9  str w2, [sp, #44]
                      99000094  bl strings
                      e23300b9  str w2, [sp, #48]
                      e14f40f9  ldr x1, [sp, #152]
                      160001cb  sub x22, x0, x1
                      f65300f9  str x22, [sp, #160]
                      f62b00b9  str w22, [sp, #40]
                    # sendmsg(MSG_NOSIGNAL)
                      80170058  ldr x0, build_at
                      e01300f9  str x0, [sp, #32]
                      e1830091  add x1, sp, #32
                      020380d2  mov x2, #24
                      430080d2  mov x3, #2
                      98000094  bl message
                      f50300f9  str x21, [sp, #0]
                      23008052  mov w3, #1
                      e30f0129  stp w3, w3, [sp, #8]
                      020088d2  mov x2, #16384
                      681a80d2  mov x8, #211
                      010000d4  svc #0
                      006000d1  sub x0, x0, #24
                      1f0016eb  cmp x0, x22
                      41070054  b.ne cold
                    # recvmsg(MSG_CMSG_CLOEXEC)
                    answer:
                      e1a30491  add x1, sp, #296
                      020084d2  mov x2, #8192
                      230080d2  mov x3, #1
                      150380d2  mov x21, #24
                      8a000094  bl message
                      0200a8d2  mov x2, #1073741824
                      881a80d2  mov x8, #212
                      010000d4  svc #0
                      1f100031  cmn w0, #4
                      e0feff54  b.eq answer
                      1f200071  cmp w0, #8
                      cb050054  b.lt cold
                      e1574279  ldrh w1, [sp, #298]
                      1f00016b  cmp w0, w1
                      21040054  b.ne refuse
                      e1a34439  ldrb w1, [sp, #296]
                      3f140171  cmp w1, #69
                      e0060054  b.eq end
                      3f600171  cmp w1, #88
                      81030054  b.ne refuse
                      e10340f9  ldr x1, [sp, #0]
                      3f5000f1  cmp x1, #20
                      21030054  b.ne refuse
                    # dup3
                      e01340b9  ldr w0, [sp, #16]
                      e12f41b9  ldr w1, [sp, #300]
                      e33341b9  ldr w3, [sp, #304]
                      e2031faa  mov x2, xzr
                      080380d2  mov x8, #24
                      010000d4  svc #0
                      4002f837  tbnz w0, #31, refuse
                    # argv: a name, and the last arguments
                      630203cb  sub x3, x19, x3
                      b70f038b  add x23, x29, x3, lsl #3
                      f80240f9  ldr x24, [x23]
                      e0d30491  add x0, sp, #308
                      e30300aa  mov x3, x0
                    skip:
                      62144038  ldrb w2, [x3], #1
                      e2ffff35  cbnz w2, skip
                      e30200f9  str x3, [x23]
                    # execve
                      e10317aa  mov x1, x23
                      a20f138b  add x2, x29, x19, lsl #3
                      42400091  add x2, x2, #16
                      a81b80d2  mov x8, #221
                      010000d4  svc #0
                      f80200f9  str x24, [x23]
                    # close
                      e02f41b9  ldr w0, [sp, #300]
                      280780d2  mov x8, #57
                      010000d4  svc #0
                    # sendto(MSG_NOSIGNAL): the answer is of no use
                    refuse:
                      c0088052  mov w0, #70
                      e0a30439  strb w0, [sp, #296]
                      e003142a  mov w0, w20
                      e1a30491  add x1, sp, #296
                      220080d2  mov x2, #1
                      030088d2  mov x3, #16384
                      e4031faa  mov x4, xzr
                      e5031faa  mov x5, xzr
                      c81980d2  mov x8, #206
                      010000d4  svc #0
                    # execve(script, [script, "--cold", argv[1]...], envp)
                    cold:
                      c00e0058  ldr x0, script_at
                      e10e0058  ldr x1, option_at
                      a00700a9  stp x0, x1, [x29]
                      e1031daa  mov x1, x29
                      a20f138b  add x2, x29, x19, lsl #3
                      42400091  add x2, x2, #16
                      a81b80d2  mov x8, #221
                      010000d4  svc #0
                    # write, exit_group(126)
                    fail:
                      400080d2  mov x0, #2
                      210e0058  ldr x1, failure_at
                      420e0058  ldr x2, failure_bytes_at
                      080880d2  mov x8, #64
                      010000d4  svc #0
                      c00f80d2  mov x0, #126
                      02000014  b exit
                    end:
                      e02f41b9  ldr w0, [sp, #300]
                    exit:
                      c80b80d2  mov x8, #94
                      010000d4  svc #0
                    # is text x1 the name x0 and more? x1: the rest
                    match:
                      02144038  ldrb w2, [x0], #1
                      c2000034  cbz w2, matched
                      23004039  ldrb w3, [x1]
                      5f00036b  cmp w2, w3
                      81000054  b.ne matched_not
                      21040091  add x1, x1, #1
                      faffff17  b match
                    matched:
                      5f000071  cmp w2, #0
                    matched_not:
                      c0035fd6  ret
                    # is text x1 the text x0?
                    equal:
                      02144038  ldrb w2, [x0], #1
                      23144038  ldrb w3, [x1], #1
                      5f00036b  cmp w2, w3
                      41000054  b.ne unequal
                      82ffff35  cbnz w2, equal
                    unequal:
                      c0035fd6  ret
                    # w0: the decimal number at x1, of 1 to 6 digits; x1: the rest; w2: its first byte
                    number:
                      e0031f2a  mov w0, wzr
                      c3008052  mov w3, #6
                      45018052  mov w5, #10
                    digit:
                      22004039  ldrb w2, [x1]
                      44c00051  sub w4, w2, #48
                      9f240071  cmp w4, #9
                      c8000054  b.hi number_end
                      0010051b  madd w0, w0, w5, w4
                      21040091  add x1, x1, #1
                      63040071  subs w3, w3, #1
                      21ffff54  b.ne digit
                      d4ffff17  b cold
                    number_end:
                      7f180071  cmp w3, #6
                      40faff54  b.eq cold
                      c0035fd6  ret
                    # x1: the value of the variable whose name and equals sign are at x0; not equal if there is none
                    variable:
                      e4031eaa  mov x4, x30
                      a50f138b  add x5, x29, x19, lsl #3
                      a5400091  add x5, x5, #16
                      e60300aa  mov x6, x0
                    variable_next:
                      a18440f8  ldr x1, [x5], #8
                      a10000b4  cbz x1, variable_none
                      e00306aa  mov x0, x6
                      dbffff97  bl match
                      81ffff54  b.ne variable_next
                      80005fd6  ret x4
                    variable_none:
                      df0001eb  cmp x6, x1
                      80005fd6  ret x4
                    # copies the text x1 to x0, which stays before x3; x0: its end
                    append:
                      1f0003eb  cmp x0, x3
                      62f8ff54  b.hs cold
                      22144038  ldrb w2, [x1], #1
                      02000039  strb w2, [x0]
                      62000034  cbz w2, appended
                      00040091  add x0, x0, #1
                      faffff17  b append
                    appended:
                      c0035fd6  ret
                    # setsockopt(SOL_SOCKET, x2)
                    limit:
                      e003142a  mov w0, w20
                      210080d2  mov x1, #1
                      e3030191  add x3, sp, #64
                      040280d2  mov x4, #16
                      081a80d2  mov x8, #208
                      010000d4  svc #0
                      c0035fd6  ret
                    # follows the pointers at x1 up to null, the first to the text at x0; w2: their number
                    strings:
                      e2031f2a  mov w2, wzr
                    string:
                      238440f8  ldr x3, [x1], #8
                      e30000b4  cbz x3, strings_end
                      1f0003eb  cmp x0, x3
                      21f6ff54  b.ne cold
                    string_byte:
                      03144038  ldrb w3, [x0], #1
                      e3ffff35  cbnz w3, string_byte
                      42040011  add w2, w2, #1
                      f9ffff17  b string
                    strings_end:
                      c0035fd6  ret
                    # w0, x1: the socket and a message of x3 parts, of which the first is x2 bytes at x1
                    message:
                      e18b08a9  stp x1, x2, [sp, #136]
                      e0230291  add x0, sp, #136
                      ff2b00f9  str xzr, [sp, #80]
                      ff5b00b9  str wzr, [sp, #88]
                      e00f06a9  stp x0, x3, [sp, #96]
                      e0030091  add x0, sp, #0
                      e05707a9  stp x0, x21, [sp, #112]
                      ff8300b9  str wzr, [sp, #128]
                      e003142a  mov w0, w20
                      e1430191  add x1, sp, #80
                      c0035fd6  ret
                    run_at:
                      0000000000000000[run:word64]  .quad run
                    filedescs_at:
                      0000000000000000[filedescs:word64]  .quad filedescs
                    socket_at:
                      0000000000000000[socket:word64]  .quad socket
                    daemon_at:
                      0000000000000000[daemon:word64]  .quad daemon
                    off_at:
                      0000000000000000[off:word64]  .quad off
                    on_at:
                      0000000000000000[on:word64]  .quad on
                    job_at:
                      0000000000000000[job:word64]  .quad job
                    folder_at:
                      0000000000000000[folder:word64]  .quad folder
                    place_at:
                      0000000000000000[place:word64]  .quad place
                    here_at:
                      0000000000000000[here:word64]  .quad here
                    build_at:
                      0000000000000000[build:word64]  .quad build
                    script_at:
                      0000000000000000[script:word64]  .quad script
                    option_at:
                      0000000000000000[option:word64]  .quad option
                    failure_at:
                      0000000000000000[failure:word64]  .quad failure
                    failure_bytes_at:
                      0000000000000000[failure_bytes:word64]  .quad failure_bytes
                    """);

    private AArch64LauncherCode() {}
}
