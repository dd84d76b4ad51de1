from dpsynth.attacks.inference import Inference
from dpsynth.attacks.linkability import Linkability
from dpsynth.attacks.linkage import Linkage
from dpsynth.attacks.singling_out import SinglingOut
from dpsynth.testing.attacks import AttackBehaviour


class TestLinkability(AttackBehaviour):
    def attack(self):
        return Linkability()


class TestLinkage(AttackBehaviour):
    def attack(self):
        return Linkage()


class TestInference(AttackBehaviour):
    def attack(self):
        return Inference()


class TestSinglingOut(AttackBehaviour):
    def attack(self):
        return SinglingOut()
