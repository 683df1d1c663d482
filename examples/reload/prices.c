/* A shop's prices. PERCENT is what changes while the shop is open; what has been sold is kept. */
int sold;

int price(int pieces)
{
    __atomic_fetch_add(&sold, pieces, __ATOMIC_RELAXED);
    return pieces * 10 * (100 - PERCENT) / 100;
}
