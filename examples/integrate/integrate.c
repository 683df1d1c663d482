/* The program that loads this object defines the function that is integrated. */
extern double f(double x);

/* Simpson's rule; the number of steps is even. */
double integrate(double from, double to, int steps)
{
    double width = (to - from) / steps;
    double sum = f(from) + f(to);
    for (int i = 1; i < steps; i++)
        sum += (i % 2 ? 4 : 2) * f(from + i * width);
    return sum * width / 3;
}
