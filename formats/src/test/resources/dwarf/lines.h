int header(int value) {
    return other(value) - 1;
}
