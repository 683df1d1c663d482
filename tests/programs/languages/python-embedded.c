// packages: libpython3.11-dev
// needs: libpython3.11.a /usr/include/python3.11/Python.h
// build: cc -O1 -I/usr/include/python3.11 -fno-pie -no-pie $source -o native -rdynamic -Wl,-Bstatic -lpython3.11 -lexpat -lz -Wl,-Bdynamic -lm -ldl -lutil -lpthread
#include <Python.h>

static PyObject *twice(PyObject *self, PyObject *args) {
    (void)self;
    long n;
    return PyArg_ParseTuple(args, "l", &n) ? PyLong_FromLong(2 * n) : NULL;
}

static PyMethodDef methods[] = {{"twice", twice, METH_VARARGS, ""}, {0}};
static PyModuleDef module = {PyModuleDef_HEAD_INIT, "host", NULL, -1, methods, 0, 0, 0, 0};

static PyObject *init(void) {
    return PyModule_Create(&module);
}

int main(void) {
    PyImport_AppendInittab("host", init);
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    PyConfig_SetString(&config, &config.home, L"/usr");
    Py_InitializeFromConfig(&config);
    PyRun_SimpleString(
        "import host, sys, json, ctypes, _ctypes, math, threading\n"
        "print(host.twice(21), json.dumps({'a': [1, 2.5, None]}), math.sqrt(2))\n"
        "print(sys.version_info[:2], type(_ctypes).__name__, hasattr(_ctypes, '__file__'))\n"
        "t = threading.Thread(target=lambda: print('thread')); t.start(); t.join()\n"
        "print(ctypes.CDLL(None).abs(-3))\n"
        "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    print(e)\n");
    return Py_FinalizeEx() == 0 ? 7 : 1;
}
