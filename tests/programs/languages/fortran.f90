! packages: gfortran
! needs: gfortran
! build: gfortran -O1 -fopenmp $source -o native
module shapes
  implicit none
  type :: shape
    character(len=:), allocatable :: name
  contains
    procedure :: area => no_area
  end type
  type, extends(shape) :: circle
    real(8) :: radius
  contains
    procedure :: area => circle_area
  end type
contains
  type(circle) function disc()
    disc%name = 'disc'
    disc%radius = 2
  end function
  real(8) function no_area(self)
    class(shape), intent(in) :: self
    no_area = 0
  end function
  real(8) function circle_area(self)
    class(circle), intent(in) :: self
    circle_area = 3.14159265358979d0 * self%radius ** 2
  end function
end module

block data
  common /numbers/ first, second
  integer :: first = 11, second = 22
end block data

program main
  use shapes
  implicit none
  class(shape), allocatable :: one
  integer :: first, second, i, total
  common /numbers/ first, second
  real(8), allocatable :: a(:, :)
  character(len=20) :: text
  allocate (one, source=disc())
  print '(a, f10.4)', one%name, one%area()
  print *, first, second
  allocate (a(3, 3))
  a = reshape([(real(i, 8), i = 1, 9)], [3, 3])
  print '(3f8.2)', matmul(a, transpose(a))
  write (text, '(i0, 1x, es10.3)') 42, 1d-5
  print *, trim(text)
  total = 0
  !$omp parallel do reduction(+:total)
  do i = 1, 1000
    total = total + i
  end do
  print *, total
  read (*, *, iostat=i) total
  print *, 'end of input', i
  stop 7
end program
