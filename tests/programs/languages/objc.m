// packages: gobjc libobjc-12-dev
// needs: gcc libobjc.a@gcc
// build: gcc -O1 -fobjc-exceptions $source -o native -Wl,-Bstatic -lobjc -Wl,-Bdynamic -lpthread
#include <objc/Object.h>
#include <objc/runtime.h>
#include <stdio.h>

@interface Animal : Object
{
    int legs;
}
+ (id)withLegs:(int)n;
- (const char *)name;
- (int)legs;
@end

@implementation Animal
+ (void)load {
    printf("loaded %s\n", class_getName(self));
}
+ (void)initialize {
    printf("initialized %s\n", class_getName(self));
}
+ (id)withLegs:(int)n {
    Animal *animal = class_createInstance(self, 0);
    animal->legs = n;
    return animal;
}
- (const char *)name {
    return "animal";
}
- (int)legs {
    return legs;
}
@end

@interface Whale : Animal
@end

@implementation Whale
- (const char *)name {
    return "whale";
}
@end

@interface Animal (More)
- (void)tell;
@end

@implementation Animal (More)
- (void)tell {
    printf("%s has %d legs\n", [self name], [self legs]);
}
@end

int main(void) {
    [[Animal withLegs:4] tell];
    [[objc_getClass("Whale") withLegs:0] tell];
    @try {
        @throw [Whale withLegs:1];
    } @catch (Whale *w) {
        printf("caught a %s\n", [w name]);
    } @finally {
        puts("finally");
    }
    printf("%d\n", class_respondsToSelector(objc_getClass("Whale"), @selector(tell)));
    return 7;
}
